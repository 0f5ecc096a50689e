"""How does a design become moves? One planner per kind of operation; each raises PlanError with place and reason."""
