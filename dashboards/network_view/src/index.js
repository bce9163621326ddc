// What Dash finds under the namespace of dashboards/network_view/__init__.py. React is the page's own.
import { Drawing } from "./drawing.js";
import { NetworkView } from "./network_view.js";
import { Static } from "./static.js";

window.lockstep_view = { Drawing, NetworkView, Static };
