"""What people see: figures, maps and the report, made from results."""
