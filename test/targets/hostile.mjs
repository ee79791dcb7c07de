/** A Node.js program with six functions that burn CPU in turns; hostile.ts gives them other names. */
let sink = 0;

function hostile0() {
	for (let index = 0; index < 200_000; index++) sink = (sink + index * 31) % 1_000_003;
}
function hostile1() {
	for (let index = 0; index < 200_000; index++) sink = (sink + index * 37) % 1_000_033;
}
function hostile2() {
	for (let index = 0; index < 200_000; index++) sink = (sink + index * 41) % 1_000_037;
}
function hostile3() {
	for (let index = 0; index < 200_000; index++) sink = (sink + index * 43) % 1_000_039;
}
function hostile4() {
	for (let index = 0; index < 200_000; index++) sink = (sink + index * 47) % 1_000_081;
}
function hostile5() {
	for (let index = 0; index < 200_000; index++) sink = (sink + index * 53) % 1_000_099;
}

console.log("ready");
function turn() {
	for (const work of [hostile0, hostile1, hostile2, hostile3, hostile4, hostile5]) work();
	setTimeout(turn, 2);
}
turn();
