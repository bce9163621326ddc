"""The web server: app, access, security headers and the frame around pages."""
