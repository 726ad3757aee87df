"""What people do with what agents have put in the portal: documents, tiles, banners."""
