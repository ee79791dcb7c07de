import { NotUnderstood } from "./cursor.ts";
import { type Node, text } from "./nodes.ts";

/** Longest name that is printed, in UTF-16 units: one made for it would grow twofold with every letter. */
const LONGEST = 65_536;
/** How many nodes are printed for one name at most; one may be printed many times. */
const MOST_STEPS = 100_000;

/**
 * What the node says, as c++filt prints it.
 * @throws NotUnderstood
 */
export function printName(node: Node): string {
	return new Printer().whole(node);
}

/** Types stand around what they are the type of, `int (*` and `)(char)`: each node has a left and a right side. */
class Printer {
	#steps = 0;
	/** which element of packs is printed */
	#element = 0;
	/** what parameters of templates stand for */
	#args: readonly Node[] = [];
	/** how many lambdas' signatures are around */
	#lambdas = 0;

	whole(node: Node): string {
		const whole = this.#left(node) + this.#right(node);
		if (whole.length > LONGEST) throw new NotUnderstood();
		return whole;
	}

	#left(node: Node): string {
		if (++this.#steps > MOST_STEPS) throw new NotUnderstood();
		switch (node.kind) {
			case "text":
			case "constructor":
				return node.text;
			case "member":
				return `${this.whole(node.outer)}::${this.whole(node.inner)}`;
			case "template":
				return this.#template(this.whole(node.name), node.args);
			case "pack":
				return this.#list(node.args);
			case "parameter":
				return this.#left(this.#resolved(node));
			case "expansion":
				return this.#expanded(node.pattern);
			case "suffixed":
				return this.#left(node.type) + node.suffix;
			case "pointer": {
				const { type, mark } = this.#collapsed(node);
				return this.#leftOfPointer(type, mark);
			}
			case "pointerToMember":
				return this.#leftOfPointer(this.#actual(node.type), `${this.whole(node.owner)}::*`);
			case "function":
				return node.result === undefined ? "" : this.#leftOfFunction(node.result);
			case "array":
				return this.#left(node.type);
			case "encoding":
				return this.#encoding(node);
			case "qualified":
				return this.whole(node.name) + node.suffix;
			case "conversion":
				return `operator ${this.whole(node.type)}`;
			case "lambda":
				return this.#lambda(node.parameters, node.number);
			case "packLength":
				return String(this.#packIn(node.pattern)?.args.length ?? 0);
			case "sequence":
				return node.parts.map((part) => (typeof part === "string" ? part : this.whole(part))).join("");
		}
	}

	#right(node: Node): string {
		if (++this.#steps > MOST_STEPS) throw new NotUnderstood();
		switch (node.kind) {
			case "parameter":
				return this.#right(this.#resolved(node));
			case "suffixed":
				return this.#right(node.type);
			case "pointer":
			case "pointerToMember": {
				const type = node.kind === "pointer" ? this.#collapsed(node).type : this.#actual(node.type);
				return (isDeclarator(type) ? ")" : "") + this.#right(type);
			}
			case "function": {
				const result = node.result === undefined ? "" : this.#right(node.result);
				return `(${this.#list(node.parameters)})${node.suffix}${result}`;
			}
			case "array":
				return ` [${node.size === undefined ? "" : this.whole(node.size)}]${this.#right(node.type)}`;
		}
		return "";
	}

	#encoding({ name, type, args }: Node & { kind: "encoding" }): string {
		const outer = this.#args;
		if (args.length > 0) this.#args = args;
		const whole =
			type === undefined ? this.whole(name) : this.#left(type) + this.whole(name) + this.#right(type);
		this.#args = outer;
		return whole;
	}

	#lambda(parameters: readonly Node[], number: number): string {
		this.#lambdas++;
		const list = this.#list(parameters);
		this.#lambdas--;
		return `{lambda(${list})#${number}}`;
	}

	#list(nodes: readonly Node[]): string {
		return nodes
			.map((node) => this.whole(node))
			.filter((part) => part !== "")
			.join(", ");
	}

	/** Two closing brackets have a blank between them, which binutils forget where an empty pack comes last. */
	#template(name: string, args: readonly Node[]): string {
		const parts = args.map((arg) => this.whole(arg));
		const printed = parts.filter((part) => part !== "").join(", ");
		const isBlank = printed.endsWith(">") && parts.at(-1) !== "";
		return `${name}${name.endsWith("<") ? " " : ""}<${printed}${isBlank ? " " : ""}>`;
	}

	#leftOfPointer(type: Node, mark: string): string {
		if (type.kind === "array") return `${this.#left(type)} (${mark}`;
		return this.#left(type) + (type.kind === "function" ? "(" : mark.endsWith("::*") ? " " : "") + mark;
	}

	/** A pointer to a function is wrapped around what follows it. */
	#leftOfFunction(result: Node): string {
		const type = this.#actual(result);
		const isWrapped =
			(type.kind === "pointer" || type.kind === "pointerToMember") && isDeclarator(this.#actual(type.type));
		return this.#left(result) + (isWrapped ? "" : " ");
	}

	/** A reference to what is one already is that one, unless both are of rvalues. */
	#collapsed(pointer: Node & { kind: "pointer" }): { type: Node; mark: string } {
		const type = this.#actual(pointer.type);
		if (pointer.mark === "*" || type.kind !== "pointer" || type.mark === "*")
			return { type, mark: pointer.mark };
		const inner = this.#collapsed(type);
		return { type: inner.type, mark: pointer.mark === "&" ? "&" : inner.mark };
	}

	#actual(type: Node): Node {
		return type.kind === "parameter" ? this.#resolved(type) : type;
	}

	#resolved(node: Node & { kind: "parameter" }): Node {
		if (this.#lambdas > 0) return text(`auto:${node.index + 1}`);
		let found: Node | undefined = this.#args[node.index];
		if (found?.kind === "pack") found = found.args[this.#element] ?? text("");
		if (found === undefined || ++this.#steps > MOST_STEPS) throw new NotUnderstood();
		return found.kind === "parameter" ? this.#resolved(found) : found;
	}

	#expanded(pattern: Node): string {
		const pack = this.#packIn(pattern);
		if (pack === undefined) return `(${this.whole(pattern)})...`;
		const outer = this.#element;
		const parts: string[] = [];
		for (this.#element = 0; this.#element < pack.args.length; this.#element++)
			parts.push(this.whole(pattern));
		this.#element = outer;
		return parts.filter((part) => part !== "").join(", ");
	}

	/** The first pack that a pattern is made of; one of a lambda has no elements yet. */
	#packIn(pattern: Node): (Node & { kind: "pack" }) | undefined {
		const waiting: (Node | string)[] = this.#lambdas > 0 ? [] : [pattern];
		for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
			if (++this.#steps > MOST_STEPS) throw new NotUnderstood();
			if (typeof node === "string") continue;
			if (node.kind === "parameter") {
				const found = this.#args[node.index];
				if (found?.kind === "pack") return found;
			} else waiting.push(...partsOf(node).reverse());
		}
		return undefined;
	}
}

function isDeclarator({ kind }: Node): boolean {
	return kind === "function" || kind === "array";
}

function partsOf(node: Node): (Node | string)[] {
	switch (node.kind) {
		case "member":
			return [node.outer, node.inner];
		case "template":
			return [node.name, ...node.args];
		case "pack":
			return [...node.args];
		case "suffixed":
		case "pointer":
		case "conversion":
			return [node.type];
		case "pointerToMember":
			return [node.owner, node.type];
		case "function":
			return node.result === undefined ? [...node.parameters] : [node.result, ...node.parameters];
		case "array":
			return node.size === undefined ? [node.type] : [node.type, node.size];
		case "encoding":
			return node.type === undefined ? [node.name] : [node.name, node.type];
		case "qualified":
			return [node.name];
		case "sequence":
			return [...node.parts];
	}
	return [];
}
