"""What is asked: XLSForms and the engine that runs them. No database, no web, no clock."""
