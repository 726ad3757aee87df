"""Dossiers that were sent: the presidency approves them, the service centre reads and publishes them."""
