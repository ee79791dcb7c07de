import { type Cursor, isDigit, isLower, NotUnderstood } from "./cursor.ts";
import { parseExpression, parseTemplateArgs } from "./expressions.ts";
import { parseName, parseSubstitution } from "./names.ts";
import { type FunctionNode, type Node, text } from "./nodes.ts";
import { BUILTIN_TYPES } from "./tables.ts";

const POINTERS = { P: "*", R: "&", O: "&&" } as const;

export function parseType(cursor: Cursor): Node {
	return cursor.nested(() => {
		const builtin = takeBuiltin(cursor);
		if (builtin !== undefined) return builtin;
		const start = cursor.at;
		const type = parseCompoundType(cursor);
		if (type.isNew) cursor.substitutions.push(type.node);
		else if (cursor.at === start) throw new NotUnderstood();
		return type.node;
	});
}

function takeBuiltin(cursor: Cursor): Node | undefined {
	const code = cursor.peek() === "D" ? cursor.peek() + cursor.peek(1) : cursor.peek();
	const name = BUILTIN_TYPES[code];
	if (name === undefined) return undefined;
	cursor.next(code.length);
	return text(name);
}

/** @returns isNew: may be referred to from now on */
function parseCompoundType(cursor: Cursor): { node: Node; isNew: boolean } {
	const first = cursor.peek();
	const suffix = takeQualifiers(cursor);
	if (suffix !== "") return { node: qualifiedType(cursor, suffix), isNew: true };
	if (first === "S") return parseSubstitutedType(cursor);
	return { node: parseNewType(cursor, first), isNew: true };
}

/** Those of a function type belong to it. */
function qualifiedType(cursor: Cursor, suffix: string): Node {
	if (cursor.peek() === "F") return parseFunctionType(cursor, suffix);
	return { kind: "suffixed", type: parseType(cursor), suffix };
}

function parseSubstitutedType(cursor: Cursor): { node: Node; isNew: boolean } {
	const start = cursor.at;
	if (isLower(cursor.peek(1))) {
		const node = parseName(cursor, false);
		// nothing but one of the standard library's own abbreviations
		return { node, isNew: cursor.at - start > 2 };
	}
	const name = parseSubstitution(cursor, false);
	if (cursor.peek() !== "I") return { node: name, isNew: false };
	return { node: { kind: "template", name, args: parseTemplateArgs(cursor, false) }, isNew: true };
}

function parseNewType(cursor: Cursor, first: string): Node {
	if (isDigit(first) || first === "N" || first === "Z") return parseName(cursor, false);
	switch (first) {
		case "P":
		case "R":
		case "O":
			cursor.next();
			return { kind: "pointer", type: parseType(cursor), mark: POINTERS[first] };
		case "F":
			return parseFunctionType(cursor, "");
		case "A":
			return parseArray(cursor);
		case "M": {
			cursor.next();
			const owner = parseType(cursor);
			return { kind: "pointerToMember", owner, type: parseType(cursor) };
		}
		case "T":
			return parseTemplateTemplate(cursor);
		case "C":
		case "G":
			cursor.next();
			return {
				kind: "suffixed",
				type: parseType(cursor),
				suffix: first === "C" ? " _Complex" : " _Imaginary",
			};
		case "u":
			cursor.next();
			return text(cursor.next(cursor.number()));
		case "D":
			return parseTypeWithD(cursor);
	}
	throw new NotUnderstood();
}

function parseTypeWithD(cursor: Cursor): Node {
	if (/[Tt]/.test(cursor.peek(1))) return parseDecltype(cursor);
	if (cursor.take("Dp")) return { kind: "expansion", pattern: parseType(cursor) };
	if (/[oOwx]/.test(cursor.peek(1))) return parseFunctionType(cursor, "");
	cursor.expect("Dv");
	const size = cursor.number();
	cursor.expect("_");
	return { kind: "suffixed", type: parseType(cursor), suffix: ` __vector(${size})` };
}

export function parseDecltype(cursor: Cursor): Node {
	cursor.next(2);
	const expression = parseExpression(cursor);
	cursor.expect("E");
	return { kind: "sequence", parts: ["decltype (", expression, ")"] };
}

function parseArray(cursor: Cursor): Node {
	cursor.expect("A");
	let size: Node | undefined;
	if (isDigit(cursor.peek())) size = text(String(cursor.number()));
	else if (cursor.peek() !== "_") size = parseExpression(cursor);
	cursor.expect("_");
	return { kind: "array", type: parseType(cursor), size };
}

export function parseTemplateParameter(cursor: Cursor): Node {
	cursor.expect("T");
	return { kind: "parameter", index: cursor.sequenceNumber() };
}

function parseTemplateTemplate(cursor: Cursor): Node {
	const name = parseTemplateParameter(cursor);
	if (cursor.peek() !== "I" || cursor.isInConversion) return name;
	cursor.substitutions.push(name);
	return { kind: "template", name, args: parseTemplateArgs(cursor, false) };
}

function parseFunctionType(cursor: Cursor, qualifiers: string): Node {
	let suffix = qualifiers;
	if (cursor.take("Do")) suffix += " noexcept";
	else if (cursor.peek() === "D") throw new NotUnderstood();
	cursor.expect("F");
	cursor.take("Y");
	const type = parseBareFunction(cursor, true, suffix);
	const reference = cursor.take("R") ? " &" : cursor.take("O") ? " &&" : "";
	cursor.expect("E");
	return { ...type, suffix: type.suffix + reference };
}

/** Types up to the end of the name or an `E`, which is left. @param hasResult the first is the result's */
export function parseBareFunction(cursor: Cursor, hasResult: boolean, suffix: string): FunctionNode {
	const result = hasResult ? parseType(cursor) : undefined;
	const parameters: Node[] = [];
	while (!isAtEndOfParameters(cursor)) parameters.push(parseType(cursor));
	const [only] = parameters;
	const isEmpty = parameters.length === 1 && only.kind === "text" && only.text === "void";
	return { kind: "function", result, parameters: isEmpty ? [] : parameters, suffix };
}

function isAtEndOfParameters(cursor: Cursor): boolean {
	const next = cursor.peek();
	return next === "" || next === "E" || next === "." || (/[RO]/.test(next) && cursor.peek(1) === "E");
}

/** @returns as they are put behind what they qualify: the innermost stands last in the name and is printed first */
export function takeQualifiers(cursor: Cursor): string {
	let suffix = "";
	while (true) {
		if (cursor.take("r")) suffix = ` __restrict${suffix}`;
		else if (cursor.take("V")) suffix = ` volatile${suffix}`;
		else if (cursor.take("K")) suffix = ` const${suffix}`;
		else return suffix;
	}
}
