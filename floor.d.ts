// What protocol packages may use beyond ECMAScript 5. They compile with `lib: ["ES5"]` and nothing else, so that
// Map, Symbol, Promise, Buffer, setTimeout or console are type errors there. Typed arrays with `set` and `subarray`
// are part of that library; their `fill slice copyWithin indexOf from`, DataView and Date are too, and tools/lint
// refuses them.
interface Math {
  /** 32-bit multiplication, on every engine of the floor. */
  imul(x: number, y: number): number
}
