/** The shapes of kinds as a program for the graphics card. */
import { NodeProgram, type ProgramInfo } from "sigma/rendering";
import type { NodeDisplayData, RenderParams } from "sigma/types";
import { floatColor } from "sigma/utils";

const VERTEX = /* glsl */ `
attribute vec4 a_id;
attribute vec4 a_color;
attribute vec2 a_position;
attribute float a_size;
attribute float a_shape;
attribute float a_angle;
uniform mat3 u_matrix;
uniform float u_sizeRatio;
uniform float u_correctionRatio;
varying vec4 v_color;
varying vec2 v_place;
varying float v_pixel;
varying float v_shape;
const float reach = 1.8;
const float bias = 255.0 / 254.0;
void main() {
  float size = a_size * u_correctionRatio / u_sizeRatio * 2.0;
  vec2 corner = vec2(cos(a_angle), sin(a_angle)) * 2.0 * reach;
  gl_Position = vec4((u_matrix * vec3(a_position, 1.0)).xy, 0.0, 1.0);
  vec2 offset = (u_matrix * vec3(a_position + corner * size, 1.0)).xy;
  gl_Position.xy = offset;
  v_place = corner;
  v_pixel = u_correctionRatio / size;
  v_shape = a_shape;
  #ifdef PICKING_MODE
  v_color = a_id;
  #else
  v_color = a_color;
  #endif
  v_color.a *= bias;
}`;
const FRAGMENT = /* glsl */ `
precision highp float;
varying vec4 v_color;
varying vec2 v_place;
varying float v_pixel;
varying float v_shape;
uniform vec3 u_paper;
float star(vec2 p) {
  const vec2 k1 = vec2(0.809016994375, -0.587785252292);
  const vec2 k2 = vec2(-k1.x, k1.y);
  p.x = abs(p.x);
  p -= 2.0 * max(dot(k1, p), 0.0) * k1;
  p -= 2.0 * max(dot(k2, p), 0.0) * k2;
  p.x = abs(p.x);
  p.y -= 1.5;
  vec2 ba = 0.45 * vec2(-k1.y, k1.x) - vec2(0.0, 1.0);
  float h = clamp(dot(p, ba) / dot(ba, ba), 0.0, 1.5);
  return length(p - ba * h) * sign(p.y * ba.x - p.x * ba.y);
}
float away(vec2 p) {
  vec2 q = abs(p);
  if (v_shape < 0.5) return length(p) - 1.0;
  if (v_shape < 1.5) return max(q.x, q.y) - 0.886;
  if (v_shape < 2.5) return max(-p.y, 0.866 * q.x + 0.5 * p.y) - 0.777;
  if (v_shape < 3.5) return max(p.y, 0.866 * q.x - 0.5 * p.y) - 0.777;
  if (v_shape < 4.5) return (q.x + q.y) * 0.7071 - 0.886;
  if (v_shape < 5.5) return max(q.y, 0.866 * q.x + 0.5 * q.y) - 0.952;
  return star(p);
}
void main(void) {
  float d = away(v_place);
  float edge = v_pixel;
  #ifdef PICKING_MODE
  gl_FragColor = d > edge ? vec4(0.0) : v_color;
  #else
  float inside = 1.0 - smoothstep(-edge, edge, d);
  float rim = 1.0 - smoothstep(edge, 3.0 * edge, d);
  if (rim <= 0.0) discard;
  vec3 color = mix(u_paper, v_color.rgb, inside);
  float alpha = rim * v_color.a;
  gl_FragColor = vec4(color * alpha, alpha);
  #endif
}`;

const { FLOAT, UNSIGNED_BYTE, TRIANGLES } = WebGLRenderingContext;
const UNIFORMS = ["u_matrix", "u_sizeRatio", "u_correctionRatio", "u_paper"] as const;

/** Draws every shape in one call, with a rim in the colour of the paper that sets it off from lines. */
export class ShapeProgram extends NodeProgram<(typeof UNIFORMS)[number]> {
  /** Red, green and blue of the paper, 0 to 1. */
  static paper: [number, number, number] = [1, 1, 1];

  getDefinition() {
    return {
      VERTICES: 3,
      VERTEX_SHADER_SOURCE: VERTEX,
      FRAGMENT_SHADER_SOURCE: FRAGMENT,
      METHOD: TRIANGLES as WebGLRenderingContextBase["TRIANGLES"],
      UNIFORMS,
      ATTRIBUTES: [
        { name: "a_position", size: 2, type: FLOAT },
        { name: "a_size", size: 1, type: FLOAT },
        { name: "a_color", size: 4, type: UNSIGNED_BYTE, normalized: true },
        { name: "a_id", size: 4, type: UNSIGNED_BYTE, normalized: true },
        { name: "a_shape", size: 1, type: FLOAT },
      ],
      CONSTANT_ATTRIBUTES: [{ name: "a_angle", size: 1, type: FLOAT }],
      CONSTANT_DATA: [[0], [(2 * Math.PI) / 3], [(4 * Math.PI) / 3]],
    };
  }

  processVisibleItem(nodeIndex: number, startIndex: number, data: NodeDisplayData & { shape?: number }): void {
    const { array } = this;
    array[startIndex++] = data.x;
    array[startIndex++] = data.y;
    array[startIndex++] = data.size;
    array[startIndex++] = floatColor(data.color);
    array[startIndex++] = nodeIndex;
    array[startIndex++] = data.shape ?? 0;
  }

  setUniforms(
    { matrix, sizeRatio, correctionRatio }: RenderParams,
    { gl, uniformLocations }: ProgramInfo<(typeof UNIFORMS)[number]>,
  ): void {
    gl.uniformMatrix3fv(uniformLocations.u_matrix, false, matrix);
    gl.uniform1f(uniformLocations.u_sizeRatio, sizeRatio);
    gl.uniform1f(uniformLocations.u_correctionRatio, correctionRatio);
    gl.uniform3f(uniformLocations.u_paper, ...ShapeProgram.paper);
  }
}
