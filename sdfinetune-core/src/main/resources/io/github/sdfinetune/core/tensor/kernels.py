class Kernels(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool

  def empty(self: __torch__.Kernels, shape: List[int], dtype: int) -> Tensor:
    return torch.empty(shape, dtype=dtype, layout=0, device=torch.device("cpu"), pin_memory=False)

  def zeros_like(self: __torch__.Kernels, x: Tensor) -> Tensor:
    return torch.zeros_like(x)

  def to_type(self: __torch__.Kernels, x: Tensor, dtype: int) -> Tensor:
    return torch.to(x, dtype)

  def to_device(self: __torch__.Kernels, x: Tensor, device: str) -> Tensor:
    return torch.to(x, torch.device(device), ops.prim.dtype(x))

  def beside(self: __torch__.Kernels, x: Tensor, other: Tensor) -> Tensor:
    return torch.to(x, ops.prim.device(other), ops.prim.dtype(x))

  def type_of(self: __torch__.Kernels, x: Tensor) -> int:
    return ops.prim.dtype(x)

  def contiguous(self: __torch__.Kernels, x: Tensor) -> Tensor:
    return torch.contiguous(x)

  def channels_last(self: __torch__.Kernels, x: Tensor) -> Tensor:
    return torch.contiguous(x, memory_format=2)

  def require_gradient(self: __torch__.Kernels, x: Tensor) -> Tensor:
    return torch.requires_grad_(torch.detach(x), True)

  def add(self: __torch__.Kernels, x: Tensor, y: Tensor) -> Tensor:
    return torch.add(x, y)

  def multiply(self: __torch__.Kernels, x: Tensor, y: Tensor) -> Tensor:
    return torch.mul(x, y)

  def scale(self: __torch__.Kernels, x: Tensor, factor: float) -> Tensor:
    return torch.mul(x, factor)

  def clamp(self: __torch__.Kernels, x: Tensor, low: float, high: float) -> Tensor:
    return torch.clamp(x, low, high)

  def exp(self: __torch__.Kernels, x: Tensor) -> Tensor:
    return torch.exp(x)

  def reshape(self: __torch__.Kernels, x: Tensor, shape: List[int]) -> Tensor:
    return torch.reshape(x, shape)

  def permute(self: __torch__.Kernels, x: Tensor, order: List[int]) -> Tensor:
    return torch.permute(x, order)

  def narrow(self: __torch__.Kernels, x: Tensor, dim: int, start: int, length: int) -> Tensor:
    return torch.narrow(x, dim, start, length)

  def concat(self: __torch__.Kernels, parts: List[Tensor], dim: int) -> Tensor:
    return torch.cat(parts, dim)

  def select_rows(self: __torch__.Kernels, x: Tensor, rows: Tensor) -> Tensor:
    return torch.index_select(x, 0, rows)

  def embedding(self: __torch__.Kernels, table: Tensor, ids: Tensor) -> Tensor:
    return torch.embedding(table, ids)

  def linear(self: __torch__.Kernels, x: Tensor, weight: Tensor) -> Tensor:
    return (self).product(x, weight, None)

  def linear_bias(self: __torch__.Kernels, x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    return (self).product(x, weight, bias)

  def low_rank(self: __torch__.Kernels, output: Tensor, x: Tensor, down: Tensor, up: Tensor, scale: float) -> Tensor:
    dtype = ops.prim.dtype(x)
    narrow = torch.linear(x, torch.to(down, dtype))
    return torch.add(output, torch.linear(narrow, torch.to(up, dtype)), alpha=scale)

  def conv2d(self: __torch__.Kernels, x: Tensor, weight: Tensor, bias: Tensor, stride: int, padding: int) -> Tensor:
    return torch.conv2d(x, weight, bias, [stride, stride], [padding, padding], [1, 1], 1)

  def pad_right_and_bottom(self: __torch__.Kernels, x: Tensor) -> Tensor:
    return torch.constant_pad_nd(x, [0, 1, 0, 1], 0)

  def upsample_nearest(self: __torch__.Kernels, x: Tensor, height: int, width: int) -> Tensor:
    return torch.upsample_nearest2d(x, [height, width])

  def upsample_nearest_exact(self: __torch__.Kernels, x: Tensor, height: int, width: int) -> Tensor:
    return torch._upsample_nearest_exact2d(x, [height, width])

  def upsample_bilinear(self: __torch__.Kernels, x: Tensor, height: int, width: int) -> Tensor:
    return torch.upsample_bilinear2d(x, [height, width], False)

  def upsample_bilinear_antialiased(self: __torch__.Kernels, x: Tensor, height: int, width: int) -> Tensor:
    return torch._upsample_bilinear2d_aa(x, [height, width], False)

  def upsample_bicubic(self: __torch__.Kernels, x: Tensor, height: int, width: int) -> Tensor:
    return torch.upsample_bicubic2d(x, [height, width], False)

  def upsample_bicubic_antialiased(self: __torch__.Kernels, x: Tensor, height: int, width: int) -> Tensor:
    return torch._upsample_bicubic2d_aa(x, [height, width], False)

  def spatial_mean(self: __torch__.Kernels, x: Tensor) -> Tensor:
    return torch.mean(x, [2, 3], True)

  def group_norm(self: __torch__.Kernels, x: Tensor, groups: int, weight: Tensor, bias: Tensor, eps: float) -> Tensor:
    return torch.group_norm(x, groups, weight, bias, eps, False)

  def group_norm_silu(self: __torch__.Kernels, x: Tensor, groups: int, weight: Tensor, bias: Tensor, eps: float) -> Tensor:
    return torch.silu(torch.group_norm(x, groups, weight, bias, eps, False))

  def layer_norm(self: __torch__.Kernels, x: Tensor, weight: Tensor, bias: Tensor, eps: float) -> Tensor:
    return torch.layer_norm(x, [torch.size(x, -1)], weight, bias, eps, False)

  def silu(self: __torch__.Kernels, x: Tensor) -> Tensor:
    return torch.silu(x)

  def gelu(self: __torch__.Kernels, x: Tensor) -> Tensor:
    return torch.gelu(x)

  def quick_gelu(self: __torch__.Kernels, x: Tensor) -> Tensor:
    return torch.mul(x, torch.sigmoid(torch.mul(x, 1.702)))

  def gelu_gate(self: __torch__.Kernels, x: Tensor, gate: Tensor) -> Tensor:
    return torch.mul(x, torch.gelu(gate))

  def split_heads(self: __torch__.Kernels, x: Tensor, heads: int) -> Tensor:
    return torch.transpose(torch.unflatten(x, -1, [heads, -1]), 1, 2)

  def attention(self: __torch__.Kernels, q: Tensor, k: Tensor, v: Tensor, heads: int) -> Tensor:
    queries = (self).split_heads(q, heads)
    keys = (self).split_heads(k, heads)
    values = (self).split_heads(v, heads)
    if torch.size(keys, 2) <= 256 and ops.prim.dtype(q) == 6:
      # Few keys in float32: the composed form is more exact than the fused one, as fast, and faster backwards.
      scores = torch.mul(torch.matmul(queries, torch.transpose(keys, 2, 3)), torch.pow(float(torch.size(queries, 3)), -0.5))
      mixed = torch.matmul(torch.softmax(scores, -1), values)
    else:
      mixed = torch.scaled_dot_product_attention(queries, keys, values)
    return torch.flatten(torch.transpose(mixed, 1, 2), 2)

  def causal_attention(self: __torch__.Kernels, q: Tensor, k: Tensor, v: Tensor, heads: int) -> Tensor:
    mixed = torch.scaled_dot_product_attention((self).split_heads(q, heads), (self).split_heads(k, heads), (self).split_heads(v, heads), None, 0., True)
    return torch.flatten(torch.transpose(mixed, 1, 2), 2)

  def sinusoids(self: __torch__.Kernels, positions: Tensor, dim: int, cosine_first: bool, shift: float) -> Tensor:
    half = torch.floordiv(dim, 2)
    steps = torch.arange(half, dtype=6, layout=0, device=ops.prim.device(positions), pin_memory=False)
    frequencies = torch.exp(torch.div(torch.mul(steps, -9.2103403719761836), torch.sub(half, shift)))
    # Large angles in float32, as diffusers has them, but their sines in double: one rounding less.
    angles = torch.to(torch.mul(torch.unsqueeze(positions, 1), torch.unsqueeze(frequencies, 0)), 7)
    parts = [torch.sin(angles), torch.cos(angles)]
    if cosine_first:
      parts0 = [torch.cos(angles), torch.sin(angles)]
    else:
      parts0 = parts
    return torch.to(torch.cat(parts0, 1), 6)

  def generator(self: __torch__.Kernels, seed: int) -> Generator:
    return torch.Generator(device=torch.device("cpu"), seed=seed)

  def normal(self: __torch__.Kernels, generator: Generator, shape: List[int], dtype: int) -> Tensor:
    return torch.randn(shape, generator=generator, dtype=dtype, layout=0, device=torch.device("cpu"), pin_memory=False)

  def uniform(self: __torch__.Kernels, generator: Generator, shape: List[int]) -> Tensor:
    return torch.rand(shape, generator=generator, dtype=6, layout=0, device=torch.device("cpu"), pin_memory=False)

  def integers(self: __torch__.Kernels, generator: Generator, low: int, high: int, shape: List[int]) -> Tensor:
    return torch.randint(low, high, shape, generator=generator, dtype=4, layout=0, device=torch.device("cpu"), pin_memory=False)

  def permutation(self: __torch__.Kernels, generator: Generator, n: int) -> Tensor:
    return torch.randperm(n, generator=generator, dtype=4, layout=0, device=torch.device("cpu"), pin_memory=False)

  def dropout(self: __torch__.Kernels, generator: Generator, x: Tensor, probability: float) -> Tensor:
    drawn = torch.rand(torch.size(x), generator=generator, dtype=6, layout=0, device=torch.device("cpu"), pin_memory=False)
    kept = torch.to(torch.ge(drawn, probability), ops.prim.device(x), ops.prim.dtype(x))
    return torch.div(torch.mul(x, kept), torch.sub(1., probability))

  def mean_squared_error(self: __torch__.Kernels, x: Tensor, target: Tensor) -> Tensor:
    return torch.mse_loss(x, target)

  def gradients(self: __torch__.Kernels, loss: Tensor, parameters: List[Tensor]) -> List[Tensor]:
    found = torch.autograd.grad([loss], parameters)
    result = annotate(List[Tensor], [])
    for i in range(torch.len(found)):
      _0 = torch.append(result, ops.prim.unchecked_unwrap_optional(found[i]))
    return result

  def norm(self: __torch__.Kernels, parts: List[Tensor]) -> Tensor:
    return torch.linalg_vector_norm(torch.stack(torch._foreach_norm(parts)))

  def scale_all(self: __torch__.Kernels, parts: List[Tensor], factor: float) -> None:
    torch._foreach_mul_(parts, factor)

  def adamw(self: __torch__.Kernels, parameters: List[Tensor], gradients: List[Tensor], means: List[Tensor], squares: List[Tensor], steps: List[Tensor], lr: float, beta1: float, beta2: float, weight_decay: float, eps: float) -> None:
    torch._foreach_add_(steps, 1)
    torch._fused_adamw_(parameters, gradients, means, squares, annotate(List[Tensor], []), steps, lr=lr, beta1=beta1, beta2=beta2, weight_decay=weight_decay, eps=eps, amsgrad=False, maximize=False)
