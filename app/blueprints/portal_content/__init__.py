"""What agents edit without a deployment: tiles, banners, documents, support hours, help pages (`/centre/contenus`)."""
