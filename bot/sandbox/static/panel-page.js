// The panel as a page of its own.
import { setUpPage } from "./page.js";
import { Panel } from "./panel.js";

setUpPage();
new Panel(document.getElementById("panel")).start();
document.documentElement.dataset.ready = "true";
