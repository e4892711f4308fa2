"""The project: settings, URLs, web server, workers, supervisor. Imports the applications, never the other way round."""
