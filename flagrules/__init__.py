"""flagrules: rules as code for scored public programmes, every score traced to its rule line."""

__version__ = "0.1.0"
