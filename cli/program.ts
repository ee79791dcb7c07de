import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { DIFF_FORMATS } from "../contract/formats.ts";
import packageJson from "../package.json" with { type: "json" };
import { failureText } from "./failure.ts";
import { WRITABLE_FORMATS } from "./format-choice.ts";
import { CommandError, EXIT, type Terminal } from "./terminal.ts";

export const NAME = "kubectl-furnace";
const INPUTS = `Reads perf.data (file or pipe form), perf script, folded stacks (also of async-profiler and other JFR tools),
pprof, V8 .cpuprofile, Chrome traces, speedscope, Firefox Profiler (gecko), bpftrace maps and its own call tree JSON,
told by their content, each also compressed with gzip or zstd; "-" is standard input.`;

/**
 * Runs the program once.
 * @param words the arguments, without the program itself
 * @returns the exit code; what went wrong has been said on standard error
 */
export async function runProgram(words: readonly string[], terminal: Terminal): Promise<number> {
	try {
		await createProgram(terminal).parseAsync([...words], { from: "user" });
		return EXIT.done;
	} catch (error) {
		if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
		if (terminal.signal.aborted) return EXIT.interrupted;
		terminal.stderr.write(`${NAME}: ${failureText(error)}\n`);
		return error instanceof CommandError ? error.exitCode : EXIT.failure;
	}
}

function createProgram(terminal: Terminal): Command {
	const program = new Command(NAME)
		.description("Reads, converts and compares profiles.")
		.version(packageJson.version)
		.exitOverride()
		.showHelpAfterError(`(${NAME} --help tells more)`)
		.configureOutput({
			writeOut: (text) => void terminal.stdout.write(text),
			writeErr: (text) => void terminal.stderr.write(text),
		})
		.addHelpText("after", `\n${INPUTS}\n\nExit codes: 0 done, 1 failure, 2 wrong usage, 130 interrupted.`);
	addConvert(program, terminal);
	addTop(program, terminal);
	addDiff(program, terminal);
	return program;
}

function addConvert(program: Command, terminal: Terminal): void {
	withSelection(program.command("convert"))
		.description("convert a profile to another format")
		.argument("<file>", "profile to read, - for standard input")
		.addOption(
			new Option("-f, --format <format>", "to write; default: by the ending of -o").choices(WRITABLE_FORMATS),
		)
		.option(
			"-o, --output <file>",
			"file to write, compressed if it ends in .gz; default, and -: standard output",
		)
		.option("--title <text>", "what the profile shows; default: the file's name")
		.addHelpText(
			"after",
			examples([
				"convert perf.data -o shop.html",
				"convert perf.data -f folded | grep -c main",
				"perf record -g -o - -- make | kubectl-furnace convert - -o make.pb.gz",
				"convert shop.pb.gz -f speedscope --thread worker -o shop.speedscope.json",
			]),
		)
		.action(async (file: string, options) => {
			const { convert } = await import("./commands/convert.ts");
			await convert(file, options, terminal);
		});
}

function addTop(program: Command, terminal: Terminal): void {
	withSelection(program.command("top"))
		.description("list the functions with the most weight of their own")
		.argument("<file>", "profile to read, - for standard input")
		.option("-n, --number <count>", "how many; 0: all", wholeNumber, 20)
		.addOption(new Option("-f, --format <format>", "to write").choices(["txt", "json"]).default("txt"))
		.addHelpText("after", examples(["top perf.data", "top -n 5 --value alloc_space heap.pb.gz"]))
		.action(async (file: string, options) => {
			const { top } = await import("./commands/top.ts");
			await top(file, options, terminal);
		});
}

function addDiff(program: Command, terminal: Terminal): void {
	withInput(program.command("diff"))
		.description("compare two profiles: what takes more of the whole than before, and what less")
		.argument("<base>", "profile to compare with")
		.argument("<comparison>", "profile that may have changed")
		.addOption(
			new Option("-f, --format <format>", "to write; default: by the ending of -o, else txt").choices(
				DIFF_FORMATS,
			),
		)
		.option("-o, --output <file>", "file to write; default, and -: standard output")
		.option("--absolute", "compare weights, not shares of the total")
		.addHelpText(
			"after",
			examples(["diff before.pb.gz after.pb.gz", "diff before.data after.data -o change.svg"]),
		)
		.action(async (base: string, comparison: string, options) => {
			const { diff } = await import("./commands/diff.ts");
			await diff([base, comparison], options, terminal);
		});
}

function withInput(command: Command): Command {
	return command
		.option("--value <type>", "what to weigh by, such as samples or cpu; default: the profile's first")
		.option("--inline", "name inlined functions and lines of perf.data, too, by debug information (slower)")
		.option("--progress", "tell how far it is, also where standard error is no terminal");
}

function withSelection(command: Command): Command {
	return withInput(command)
		.option("--thread <regex>", "only threads of such a name, or with this number")
		.option("--from <seconds>", "only samples from then on", seconds)
		.option("--to <seconds>", "only samples before then", seconds)
		.option("--focus <regex>", "only stacks with such a function or module")
		.option("--ignore <regex>", "no stacks with such a function or module");
}

function seconds(text: string): number {
	if (!/^\d+(?:\.\d+)?$/.test(text)) throw new InvalidArgumentError("Not a number of seconds.");
	return Number(text);
}

function wholeNumber(text: string): number {
	if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError("Not a whole number.");
	return Number(text);
}

function examples(lines: readonly string[]): string {
	const full = lines.map((line) => (line.includes(NAME) ? line : `${NAME} ${line}`));
	return `\nExamples:\n${full.map((line) => `  ${line}\n`).join("")}`;
}
