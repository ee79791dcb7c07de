/** What a mangled name says, ready to be printed. */
export type Node =
	| { readonly kind: "text"; readonly text: string }
	/** or a destructor */
	| { readonly kind: "constructor"; readonly text: string }
	/** `outer::inner` */
	| { readonly kind: "member"; readonly outer: Node; readonly inner: Node }
	| { readonly kind: "template"; readonly name: Node; readonly args: readonly Node[] }
	/** one of a template's arguments that is itself a list */
	| { readonly kind: "pack"; readonly args: readonly Node[] }
	/** a template's parameter; in the signature of a lambda one of the lambda's own */
	| { readonly kind: "parameter"; readonly index: number }
	/** the pattern once for each element of the pack in it */
	| { readonly kind: "expansion"; readonly pattern: Node }
	/** how many elements the pack in it has */
	| { readonly kind: "packLength"; readonly pattern: Node }
	/** `const` and the like behind a type */
	| { readonly kind: "suffixed"; readonly type: Node; readonly suffix: string }
	| { readonly kind: "pointer"; readonly type: Node; readonly mark: "*" | "&" | "&&" }
	| { readonly kind: "pointerToMember"; readonly owner: Node; readonly type: Node }
	/** `result` is absent where it is not printed; `suffix`: const and the like */
	| {
			readonly kind: "function";
			readonly result: Node | undefined;
			readonly parameters: readonly Node[];
			readonly suffix: string;
	  }
	| { readonly kind: "array"; readonly type: Node; readonly size: Node | undefined }
	/** `args`: what the parameters of templates in it stand for; empty: as around it */
	| {
			readonly kind: "encoding";
			readonly name: Node;
			readonly type: FunctionNode | undefined;
			readonly args: readonly Node[];
	  }
	/** a name in the signature of its function: `suffix` belongs behind the parameters */
	| { readonly kind: "qualified"; readonly name: Node; readonly suffix: string }
	/** `operator int` */
	| { readonly kind: "conversion"; readonly type: Node }
	| { readonly kind: "lambda"; readonly parameters: readonly Node[]; readonly number: number }
	/** texts and nodes one behind the other */
	| { readonly kind: "sequence"; readonly parts: readonly (Node | string)[] };

export type FunctionNode = Node & { readonly kind: "function" };

export function text(value: string): Node {
	return { kind: "text", text: value };
}
