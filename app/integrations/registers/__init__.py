"""Register files as they come: plain, .gz or .zip, UTF-8 or the Latin ones, whole or broken."""
