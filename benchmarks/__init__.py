"""Speed and size of import, build and pages, beside what bare tools take."""
