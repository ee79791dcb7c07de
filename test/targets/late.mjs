/**
 * A Node.js program that idles along until a line comes in, and from then on burns CPU in a function of its own. It tells
 * since when: nanoseconds of the monotonic clock, which all processes of a machine share.
 */
let sink = 0;

function furnaceIdling() {
	for (let index = 0; index < 200_000; index++) sink = (sink + index * 29) % 1_000_003;
}

function furnaceBurningLate() {
	for (let index = 0; index < 200_000; index++) sink = (sink + index * 31) % 1_000_033;
}

function idle() {
	furnaceIdling();
	waiting = setTimeout(idle, 20);
}

function burn() {
	for (let index = 0; index < 50; index++) furnaceBurningLate();
	setImmediate(burn);
}

console.log("ready");
let waiting = setTimeout(idle, 20);
process.stdin.once("data", () => {
	clearTimeout(waiting);
	console.log(process.hrtime.bigint().toString());
	burn();
});
