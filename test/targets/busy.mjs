/** A Node.js program that burns CPU in functions with telling names, for tests. */
let sink = 0;

function furnaceHotLoop() {
	for (let index = 0; index < 200_000; index++) sink = (sink + index * 31) % 1_000_003;
}

function furnaceCaller() {
	furnaceHotLoop();
	sink++;
}

console.log("ready");
function turn() {
	for (let index = 0; index < 50; index++) furnaceCaller();
	setImmediate(turn);
}
turn();
