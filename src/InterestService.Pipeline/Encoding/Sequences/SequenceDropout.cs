using TorchSharp;
using static TorchSharp.torch;

namespace InterestService.Pipeline.Encoding.Sequences;

/// <summary>Dropout (Srivastava et al., 2014) from a generator of the encoder: that of libtorch is one for the whole process.</summary>
internal sealed class SequenceDropout : nn.Module<Tensor, Tensor>
{
    private readonly double _rate;
    private readonly Scalar _kept;
    private readonly Generator _generator;

    public SequenceDropout(double rate, int seed, Device device) : base("dropout")
    {
        _rate = rate;
        _kept = 1 - rate;
        _generator = new Generator(unchecked((ulong)seed), device);
    }

    public override Tensor forward(Tensor input)
    {
        if (!training || _rate == 0) return input;
        using var mask = empty_like(input).bernoulli_(1 - _rate, _generator).div_(_kept);
        return input * mask;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _generator.Dispose();
            _kept.Dispose();
        }

        base.Dispose(disposing);
    }
}
