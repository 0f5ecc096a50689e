"""How is a drawing carved with a V-bit? Along the middle of its shapes, as deep as each is wide there."""

from rmos.cam_accel.plan.vcarve.plan import CarvePath, VCarveRequest, plan_vcarve

__all__ = ["CarvePath", "VCarveRequest", "plan_vcarve"]
