/**
 * The demo workload: a shop that handles a few orders, pauses, and goes on, at less than half of a core.
 * One function is needlessly slow: `findRepeatedItems` compares every item with every other. Find it with Furnace.
 */
import { handleOrder, type Order } from "./shop.ts";

const PAUSE_MS = 60;
const BURST_MS = 40;

process.title = "furnace-demo";
process.on("disconnect", () => process.exit(0));

let seed = 1;
let receipts = 0;

function nextOrder(): Order {
	const items = new Int32Array(800);
	for (let i = 0; i < items.length; i++) {
		seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff;
		items[i] = seed % 5000;
	}
	return { items, customer: seed % 97 };
}

function serveOrders(): void {
	const end = performance.now() + BURST_MS;
	while (performance.now() < end) receipts = (receipts + handleOrder(nextOrder())) | 0;
	setTimeout(serveOrders, PAUSE_MS);
}

serveOrders();
