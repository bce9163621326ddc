"""From paths to bytes: folders, archives and spreadsheets opened, encodings found out."""
