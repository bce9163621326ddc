// One node program for every platform's shape: a signed distance per shape, fill inside, edge outside. One draw call for all.
import { NodeProgram } from "sigma/rendering";
import { floatColor } from "sigma/utils";

export const SHAPES = ["ring", "circle", "square", "triangle", "diamond", "down", "hexagon", "cross"];

const VERTEX = /*glsl*/ `
attribute vec4 a_id; attribute vec4 a_color; attribute vec4 a_edge; attribute vec2 a_position; attribute float a_size; attribute float a_shape;
uniform float u_sizeRatio; uniform float u_pixelRatio; uniform mat3 u_matrix;
varying vec4 v_color; varying vec4 v_edge; varying float v_shape; varying float v_radius;
const float bias = 255.0 / 254.0;
void main() {
  gl_Position = vec4((u_matrix * vec3(a_position, 1)).xy, 0, 1);
  v_radius = a_size / u_sizeRatio * u_pixelRatio;
  gl_PointSize = v_radius * 2.9;
  v_shape = a_shape;
  #ifdef PICKING_MODE
  v_color = a_id; v_edge = a_id;
  #else
  v_color = a_color; v_edge = a_edge;
  #endif
  v_color.a *= bias; v_edge.a *= bias;
}`;

const FRAGMENT = /*glsl*/ `
precision mediump float;
varying vec4 v_color; varying vec4 v_edge; varying float v_shape; varying float v_radius;
float box(vec2 p, vec2 b) { vec2 d = abs(p) - b; return length(max(d, 0.0)) + min(max(d.x, d.y), 0.0); }
float tri(vec2 p) { // corners (0,-1.18) (1.18,.95) (-1.18,.95), y down
  vec2 q = vec2(abs(p.x), p.y);
  return max(q.y - 0.95, dot(q - vec2(0.0, -1.18), normalize(vec2(2.13, -1.18))));
}
float hex(vec2 p) { vec2 q = abs(p); return max(q.y - 0.95, dot(q, normalize(vec2(0.95, 0.55))) - 0.952); }
float distance_to(float shape, vec2 p) {
  if (shape < 1.5) return length(p) - 1.0;
  if (shape < 2.5) return box(p, vec2(0.9));
  if (shape < 3.5) return tri(p);
  if (shape < 4.5) return (abs(p.x) + abs(p.y) - 1.22) * 0.7071;
  if (shape < 5.5) return tri(vec2(p.x, -p.y));
  if (shape < 6.5) return hex(p);
  return min(box(p, vec2(0.42, 1.1)), box(p, vec2(1.1, 0.42)));
}
void main(void) {
  vec2 p = (gl_PointCoord - vec2(0.5)) * 2.9;
  float d = distance_to(v_shape, p) * v_radius;
  #ifdef PICKING_MODE
  gl_FragColor = d < 0.0 ? v_color : vec4(0.0);
  #else
  float line = v_shape < 0.5 ? 2.0 : 1.25;
  float inside = 1.0 - smoothstep(-0.5, 0.5, d);
  float fill = 1.0 - smoothstep(-0.5, 0.5, d + line);
  vec4 body = mix(v_edge, v_color, fill);
  gl_FragColor = vec4(body.rgb * body.a, body.a) * inside;
  #endif
}`;

export class ShapeProgram extends NodeProgram {
  getDefinition() {
    const { FLOAT, UNSIGNED_BYTE, POINTS } = WebGLRenderingContext;
    return {
      VERTICES: 1,
      VERTEX_SHADER_SOURCE: VERTEX,
      FRAGMENT_SHADER_SOURCE: FRAGMENT,
      METHOD: POINTS,
      UNIFORMS: ["u_sizeRatio", "u_pixelRatio", "u_matrix"],
      ATTRIBUTES: [
        { name: "a_position", size: 2, type: FLOAT },
        { name: "a_size", size: 1, type: FLOAT },
        { name: "a_shape", size: 1, type: FLOAT },
        { name: "a_color", size: 4, type: UNSIGNED_BYTE, normalized: true },
        { name: "a_edge", size: 4, type: UNSIGNED_BYTE, normalized: true },
        { name: "a_id", size: 4, type: UNSIGNED_BYTE, normalized: true },
      ],
    };
  }
  processVisibleItem(index, at, data) {
    const array = this.array;
    array[at++] = data.x;
    array[at++] = data.y;
    array[at++] = data.size;
    array[at++] = Math.max(0, SHAPES.indexOf(data.shape));
    array[at++] = floatColor(data.color);
    array[at++] = floatColor(data.edge);
    array[at++] = index;
  }
  setUniforms({ sizeRatio, pixelRatio, matrix }, { gl, uniformLocations }) {
    gl.uniform1f(uniformLocations.u_pixelRatio, pixelRatio);
    gl.uniform1f(uniformLocations.u_sizeRatio, sizeRatio);
    gl.uniformMatrix3fv(uniformLocations.u_matrix, false, matrix);
  }
}
