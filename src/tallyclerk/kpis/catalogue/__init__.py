"""The KPI definitions, one per file; the file's name is the KPI's."""
