import { type Cursor, NotUnderstood } from "./cursor.ts";
import { parseEncoding, parseUnqualifiedName } from "./names.ts";
import { type Node, text } from "./nodes.ts";
import { LITERAL_SUFFIXES, OPERATORS } from "./tables.ts";
import { parseTemplateParameter, parseType } from "./types.ts";

/** @param isOfFunction they are what `T_` stands for */
export function parseTemplateArgs(cursor: Cursor, isOfFunction: boolean): Node[] {
	const { lastName } = cursor;
	const args: Node[] = [];
	if (!cursor.take("J")) cursor.expect("I");
	while (!cursor.take("E")) args.push(parseTemplateArg(cursor));
	cursor.lastName = lastName;
	if (isOfFunction) cursor.templateArgs = args;
	return args;
}

function parseTemplateArg(cursor: Cursor): Node {
	switch (cursor.peek()) {
		case "X": {
			cursor.next();
			const expression = parseExpression(cursor);
			cursor.expect("E");
			return expression;
		}
		case "L":
			return parseLiteral(cursor);
		case "I":
		case "J":
			return cursor.nested(() => ({ kind: "pack", args: parseTemplateArgs(cursor, false) }));
	}
	return parseType(cursor);
}

/** A value, or a function's or variable's own name. */
function parseLiteral(cursor: Cursor): Node {
	cursor.expect("L");
	if (cursor.take("_Z") || cursor.take("Z")) {
		const name = cursor.nested(() => parseEncoding(cursor, false));
		cursor.expect("E");
		return name;
	}
	const type = parseType(cursor);
	const sign = cursor.take("n") ? "-" : "";
	let value = "";
	while (cursor.peek() !== "E") value += cursor.next();
	cursor.next();
	const name = type.kind === "text" ? type.text : "";
	if (name === "bool" && /^[01]$/.test(value)) return text(value === "1" ? "true" : "false");
	// a type may be called `constructor`
	if (Object.hasOwn(LITERAL_SUFFIXES, name)) return text(sign + value + LITERAL_SUFFIXES[name]);
	if (/^(?:float|double|long double|__float128)$/.test(name)) return text(`(${name})${sign}[${value}]`);
	return { kind: "sequence", parts: ["(", type, `)${sign}${value}`] };
}

/** Those that stand among template arguments often; what is left out is left to others. */
export function parseExpression(cursor: Cursor): Node {
	return cursor.nested(() => {
		if (cursor.peek() === "L") return parseLiteral(cursor);
		if (cursor.peek() === "T") return parseTemplateParameter(cursor);
		const code = cursor.next(2);
		switch (code) {
			case "ad":
				return sequence("&", operand(addressed(parseExpression(cursor))));
			case "sr":
				return parseScopedName(cursor);
			case "sZ":
				return { kind: "packLength", pattern: parseTemplateParameter(cursor) };
			case "st":
				return sequence("sizeof (", parseType(cursor), ")");
			case "cv":
				return sequence("(", parseType(cursor), ")", operand(parseExpression(cursor)));
		}
		if (UNARY.test(code)) return sequence(OPERATORS[code], operand(parseExpression(cursor)));
		if (!BINARY.test(code)) throw new NotUnderstood();
		const left = operand(parseExpression(cursor));
		const whole = sequence(left, OPERATORS[code], operand(parseExpression(cursor)));
		// would be taken for the end of the arguments
		return code === "gt" ? sequence("(", whole, ")") : whole;
	});
}

const UNARY = /^(?:ng|nt|co|de|ps)$/;
const BINARY = /^(?:aa|an|dv|eo|eq|ge|gt|le|ls|lt|mi|ml|ne|oo|or|pl|rm|rs|ss)$/;

function parseScopedName(cursor: Cursor): Node {
	const outer = parseType(cursor);
	const name: Node = { kind: "member", outer, inner: parseUnqualifiedName(cursor) };
	if (cursor.peek() !== "I") return name;
	return { kind: "template", name, args: parseTemplateArgs(cursor, false) };
}

function sequence(...parts: (Node | string)[]): Node {
	return { kind: "sequence", parts };
}

/** Of a member function no parameters are printed where its address is taken. */
function addressed(expression: Node): Node {
	if (expression.kind !== "encoding" || expression.type?.suffix !== "") return expression;
	return expression.name.kind === "member" ? expression.name : expression;
}

function operand(expression: Node): Node {
	if (expression.kind === "text" || expression.kind === "member") return expression;
	return { kind: "sequence", parts: ["(", expression, ")"] };
}
