import { API_GROUP } from "../../../contract/names.ts";
import type { Shell } from "../../cluster/shell.ts";

/** In the webhook's name, by which the API server counts. */
const OURS = new RegExp(`name="[a-z.]*${API_GROUP.replaceAll(".", "[.]")}"`);

/** What the API server has counted of our webhook since it started. */
export interface WebhookCounts {
	/** pods that were let through because the webhook did not answer */
	failedOpen: number;
	/** pods that it refused: must stay 0 for ever */
	rejected: number;
}

export async function webhookCounts(shell: Shell): Promise<WebhookCounts> {
	const metrics = await shell.kubectl(["get", "--raw", "/metrics"]);
	return {
		failedOpen: sumOf(metrics, "apiserver_admission_webhook_fail_open_count"),
		rejected: sumOf(metrics, "apiserver_admission_webhook_rejection_count"),
	};
}

/** @param metrics as Prometheus reads them @returns 0 where nothing was counted yet: such a metric is not there */
export function sumOf(metrics: string, metric: string): number {
	return metrics
		.split("\n")
		.filter((line) => line.startsWith(`${metric}{`) && OURS.test(line))
		.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(" ") + 1)), 0);
}
