"""How is a part cut out along its contour? Pass by pass, held by tabs, entered by ramps, the wall never touched by more."""

from rmos.cam_accel.plan.profile.plan import ProfileRequest, plan_profile, tab_places
from rmos.cam_accel.plan.profile.tabs import Tabs

__all__ = ["ProfileRequest", "Tabs", "plan_profile", "tab_places"]
