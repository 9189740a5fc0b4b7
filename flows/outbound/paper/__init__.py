"""Paper: PDF pages with fonts that know most scripts, and barcodes."""
