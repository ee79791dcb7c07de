/** What the demo shop does with an order. Numbers in typed arrays only, so that the time is spent here and not in the runtime. */

export interface Order {
	items: Int32Array;
	customer: number;
}

export function handleOrder(order: Order): number {
	const repeated = findRepeatedItems(order.items);
	const price = priceItems(order.items, order.customer);
	return printReceipt(order, price - repeated);
}

/** Quadratic, where a set would do: the function to find. */
function findRepeatedItems(items: Int32Array): number {
	let repeated = 0;
	for (let i = 0; i < items.length; i++) {
		for (let j = i + 1; j < items.length; j++) {
			if (items[i] === items[j]) repeated++;
		}
	}
	return repeated;
}

function priceItems(items: Int32Array, customer: number): number {
	let total = 0;
	for (let round = 0; round < 60; round++) {
		for (let i = 0; i < items.length; i++) total = (total + applyDiscount(items[i] as number, customer)) | 0;
	}
	return total;
}

function applyDiscount(price: number, customer: number): number {
	let reduced = price;
	for (let step = customer & 3; step < 4; step++) reduced = (reduced * 15) >> 4;
	return reduced;
}

function printReceipt(order: Order, total: number): number {
	let checksum = total;
	for (let round = 0; round < 40; round++) {
		for (let i = 0; i < order.items.length; i++)
			checksum = Math.imul(checksum ^ (order.items[i] as number), 16777619);
	}
	return checksum;
}
