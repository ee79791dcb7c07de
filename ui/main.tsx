import "@patternfly/react-core/dist/styles/base.css";
import "./frame/frame.css";
import "./record/record.css";
import "./recording/recording.css";
import { QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { createQueryClient } from "./api/queries.ts";
import { App } from "./app.tsx";
import { startTheme } from "./frame/theme.ts";

startTheme();
const root = document.getElementById("root");
if (root === null) throw new Error("index.html has no element #root");
createRoot(root).render(
	<StrictMode>
		<QueryClientProvider client={createQueryClient()}>
			<App />
		</QueryClientProvider>
	</StrictMode>,
);
