import { type Cursor, isDigit, isLower, NotUnderstood } from "./cursor.ts";
import { parseTemplateArgs } from "./expressions.ts";
import { type Node, text } from "./nodes.ts";
import { OPERATORS, STANDARD_NAMES } from "./tables.ts";
import {
	parseBareFunction,
	parseDecltype,
	parseTemplateParameter,
	parseType,
	takeQualifiers,
} from "./types.ts";

/** @param isOutermost then it is read without its parameters */
export function parseEncoding(cursor: Cursor, isOutermost: boolean): Node {
	if (cursor.peek() === "T" || cursor.peek() === "G") return parseSpecialName(cursor);
	const outer = cursor.templateArgs;
	cursor.templateArgs = [];
	const { name, suffix } = withoutQualifiers(parseName(cursor, true));
	const hasType = !isOutermost && !cursor.isAtEnd && cursor.peek() !== "E" && cursor.peek() !== ".";
	const type = hasType ? parseBareFunction(cursor, hasResult(name), suffix) : undefined;
	const args = cursor.templateArgs;
	cursor.templateArgs = outer;
	return isOutermost || hasType ? { kind: "encoding", name, type, args } : name;
}

/** @param isOfFunction its template arguments are what `T_` stands for */
export function parseName(cursor: Cursor, isOfFunction: boolean): Node {
	return cursor.nested(() => {
		if (cursor.peek() === "N") return parseNestedName(cursor, isOfFunction);
		if (cursor.peek() === "Z") return parseLocalName(cursor, isOfFunction);
		const isSubstitution = cursor.peek() === "S" && cursor.peek(1) !== "t";
		const name = isSubstitution ? parseSubstitution(cursor, false) : parseUnscopedName(cursor);
		if (cursor.peek() !== "I") return name;
		if (!isSubstitution) cursor.substitutions.push(name);
		return { kind: "template", name, args: parseTemplateArgs(cursor, isOfFunction) };
	});
}

function parseUnscopedName(cursor: Cursor): Node {
	if (!cursor.take("St")) return parseUnqualifiedName(cursor);
	return { kind: "member", outer: text("std"), inner: parseUnqualifiedName(cursor) };
}

function parseNestedName(cursor: Cursor, isOfFunction: boolean): Node {
	cursor.expect("N");
	const suffix = takeQualifiers(cursor) + (cursor.take("R") ? " &" : cursor.take("O") ? " &&" : "");
	let name: Node | undefined;
	while (!cursor.take("E")) {
		const first = cursor.peek();
		// what it stands in is a member that a lambda initializes
		if (cursor.take("M")) continue;
		if (first === "I") {
			if (name === undefined) throw new NotUnderstood();
			name = { kind: "template", name, args: parseTemplateArgs(cursor, isOfFunction) };
		} else {
			const part = parsePrefix(cursor, first);
			name = name === undefined ? part : { kind: "member", outer: name, inner: part };
		}
		if (first !== "S" && cursor.peek() !== "E") cursor.substitutions.push(name);
	}
	if (name === undefined) throw new NotUnderstood();
	return suffix === "" ? name : { kind: "qualified", name, suffix };
}

function parsePrefix(cursor: Cursor, first: string): Node {
	if (first === "S") return parseSubstitution(cursor, true);
	if (first === "T") return parseTemplateParameter(cursor);
	if (first === "D" && /[Tt]/.test(cursor.peek(1))) return parseDecltype(cursor);
	return parseUnqualifiedName(cursor);
}

/** Something inside a function: `f(int)::local`. */
function parseLocalName(cursor: Cursor, isOfFunction: boolean): Node {
	cursor.expect("Z");
	const outer = withoutResult(parseEncoding(cursor, false));
	cursor.expect("E");
	if (cursor.take("s")) {
		takeDiscriminator(cursor);
		return { kind: "member", outer, inner: text("string literal") };
	}
	if (cursor.take("d")) {
		const argument = text(`{default arg#${cursor.sequenceNumber() + 1}}`);
		const inner: Node = { kind: "member", outer: argument, inner: parseName(cursor, isOfFunction) };
		return { kind: "member", outer, inner };
	}
	const { name: inner, suffix } = withoutQualifiers(parseName(cursor, isOfFunction));
	takeDiscriminator(cursor);
	const name: Node = { kind: "member", outer, inner };
	return suffix === "" ? name : { kind: "qualified", name, suffix };
}

/** Which of several with one name: nobody prints it. */
function takeDiscriminator(cursor: Cursor): void {
	if (cursor.take("__")) {
		cursor.number();
		cursor.expect("_");
	} else if (cursor.peek() === "_" && isDigit(cursor.peek(1))) cursor.next(2);
}

export function parseUnqualifiedName(cursor: Cursor): Node {
	let name = parseUntaggedName(cursor);
	while (cursor.take("B")) {
		const { lastName } = cursor;
		name = { kind: "sequence", parts: [name, "[abi:", parseSourceName(cursor), "]"] };
		cursor.lastName = lastName;
	}
	return name;
}

function parseUntaggedName(cursor: Cursor): Node {
	const first = cursor.peek();
	if (isDigit(first)) return parseSourceName(cursor);
	if (isLower(first)) return parseOperatorName(cursor);
	if (cursor.take("L")) {
		const name = parseSourceName(cursor);
		takeDiscriminator(cursor);
		return name;
	}
	if (cursor.take("Ul")) return parseLambda(cursor);
	if (cursor.take("Ut")) {
		const name = text(`{unnamed type#${cursor.sequenceNumber() + 1}}`);
		cursor.substitutions.push(name);
		return name;
	}
	if (!/^(?:C[1-5]|D[0-5])$/.test(cursor.next(2)) || cursor.lastName === "") throw new NotUnderstood();
	return { kind: "constructor", text: (first === "D" ? "~" : "") + cursor.lastName };
}

function parseSourceName(cursor: Cursor): Node {
	const name = cursor.next(cursor.number());
	cursor.lastName = /^_GLOBAL_[._$]N/.test(name) ? "(anonymous namespace)" : name;
	return text(cursor.lastName);
}

function parseOperatorName(cursor: Cursor): Node {
	const code = cursor.next(2);
	if (code === "cv") return parseConversion(cursor);
	if (code === "li") return { kind: "sequence", parts: ['operator"" ', parseSourceName(cursor)] };
	const operator = OPERATORS[code]?.trimEnd();
	if (operator === undefined) throw new NotUnderstood();
	return text(isLower(operator.charAt(0)) ? `operator ${operator}` : `operator${operator}`);
}

/** Template arguments that follow are the operator's, not its type's. */
function parseConversion(cursor: Cursor): Node {
	const outer = cursor.isInConversion;
	cursor.isInConversion = true;
	const type = parseType(cursor);
	cursor.isInConversion = outer;
	return { kind: "conversion", type };
}

function parseLambda(cursor: Cursor): Node {
	const { parameters } = parseBareFunction(cursor, false, "");
	cursor.expect("E");
	return { kind: "lambda", parameters, number: cursor.sequenceNumber() + 1 };
}

/** @param isPrefix a constructor of it may follow */
export function parseSubstitution(cursor: Cursor, isPrefix: boolean): Node {
	cursor.expect("S");
	if (cursor.peek() === "_" || isDigit(cursor.peek(), 36)) {
		const known = cursor.substitutions[cursor.sequenceNumber(36)];
		if (known === undefined) throw new NotUnderstood();
		return known;
	}
	const standard = STANDARD_NAMES[cursor.next()];
	if (standard === undefined) throw new NotUnderstood();
	const isWhole = isPrefix && /[CD]/.test(cursor.peek());
	cursor.lastName = standard.last;
	return text(isWhole ? standard.full : standard.short);
}

const SPECIAL: Readonly<Record<string, string>> = {
	TV: "vtable for ",
	TT: "VTT for ",
	TI: "typeinfo for ",
	TS: "typeinfo name for ",
	TH: "TLS init function for ",
	TW: "TLS wrapper function for ",
	GV: "guard variable for ",
	Th: "non-virtual thunk to ",
	Tv: "virtual thunk to ",
	Tc: "covariant return thunk to ",
};

function parseSpecialName(cursor: Cursor): Node {
	const code = cursor.next(2);
	const words = SPECIAL[code];
	if (words === undefined) throw new NotUnderstood();
	if (/T[VTIS]/.test(code)) return { kind: "sequence", parts: [words, parseType(cursor)] };
	if (/T[HW]|GV/.test(code)) return { kind: "sequence", parts: [words, parseName(cursor, false)] };
	if (code === "Tc") {
		takeOffset(cursor, cursor.next());
		takeOffset(cursor, cursor.next());
	} else takeOffset(cursor, code.charAt(1));
	return { kind: "sequence", parts: [words, parseEncoding(cursor, false)] };
}

function takeOffset(cursor: Cursor, kind: string): void {
	for (let count = kind === "v" ? 2 : 1; count > 0; count--) {
		cursor.take("n");
		cursor.number();
		cursor.expect("_");
	}
}

function withoutQualifiers(name: Node): { name: Node; suffix: string } {
	return name.kind === "qualified" ? name : { name, suffix: "" };
}

/** Whose result it is would not be clear: that of the function around, or of what stands in it. */
function withoutResult(function_: Node): Node {
	if (function_.kind !== "encoding" || function_.type === undefined) return function_;
	return { ...function_, type: { ...function_.type, result: undefined } };
}

/** Functions made of templates have their result in their name, but for those that have none or are called by it. */
function hasResult(name: Node): boolean {
	if (name.kind === "member") return hasResult(name.inner);
	if (name.kind !== "template") return false;
	let last = name.name;
	while (last.kind === "member") last = last.inner;
	return last.kind !== "constructor" && last.kind !== "conversion";
}
