/** An argument as a POSIX shell takes it: names stand as they are, all else is quoted, so that nothing in it is run. */
export function quoted(argument: string): string {
	// control characters could run a line as soon as it is pasted
	const harmless = argument.replace(/\p{Cc}/gu, "");
	if (/^[\w@%+=:,./-]+$/.test(harmless)) return harmless;
	return `'${harmless.replaceAll("'", "'\\''")}'`;
}

/** A command line from its arguments. */
export function commandLine(...args: string[]): string {
	return args.map(quoted).join(" ");
}
