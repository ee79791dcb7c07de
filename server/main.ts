/** `EX_USAGE` of sysexits.h: it was started in a way that cannot work. */
const EXIT_USAGE = 64;

// A cluster's adapters (who may call, which pods there are, which agents are trusted) are not part of this version.
process.stderr.write(
	"furnace-server: this version serves one machine alone. Run `npm start`, which puts server and agent together.\n",
);
process.exitCode = EXIT_USAGE;
