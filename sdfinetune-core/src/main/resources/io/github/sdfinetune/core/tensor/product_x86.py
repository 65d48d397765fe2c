
  def product(self: __torch__.Kernels, x: Tensor, weight: Tensor, bias: Optional[Tensor]) -> Tensor:
    # oneDNN's float32 product has no gradient; MKL's, behind torch.linear, is slow on processors not made by Intel.
    if torch.is_grad_enabled() or ops.prim.dtype(x) != 6 or ops.prim.is_cuda(x):
      y = torch.linear(x, weight, bias)
    else:
      y = ops.mkldnn._linear_pointwise(x, weight, bias, "none", annotate(List[Optional[number]], []), "")
    return y
