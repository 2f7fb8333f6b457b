/** Imported before sigma.js, which reads constants of WebGL as it loads: without WebGL the list has to work all the same. */
const scope = globalThis as Record<string, unknown>;
for (const name of ["WebGLRenderingContext", "WebGL2RenderingContext"]) scope[name] ??= class {};

/** Whether the browser can draw with WebGL. */
export function canDraw(): boolean {
  try {
    return ["webgl2", "webgl"].some((name) => document.createElement("canvas").getContext(name));
  } catch {
    return false;
  }
}
