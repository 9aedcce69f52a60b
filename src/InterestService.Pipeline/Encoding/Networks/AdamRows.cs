using TorchSharp.Modules;
using static TorchSharp.torch;

namespace InterestService.Pipeline.Encoding.Networks;

/// <summary>The moments of a weight of which each step reads some rows.</summary>
internal sealed class AdamRows : IDisposable
{
    /// <summary>Rows that are settled at a time: 1 MB of 64 columns.</summary>
    private const int SettledRows = 4096;

    private readonly Parameter _weight;
    private readonly AdamRule _rule;
    private readonly AdamMoments _moments;

    /// <summary>The latest step that read each row; 0 for none.</summary>
    private readonly int[] _latest;

    private OpenRows? _open;

    public AdamRows(Parameter weight, AdamRule rule)
    {
        (_weight, _rule) = (weight, rule);
        _moments = AdamMoments.Like(weight);
        _latest = new int[weight.shape[0]];
    }

    /// <summary>Opens rows, which receive gradients until <see cref="Write"/>.</summary>
    public Tensor Read(long[] rows)
    {
        if (_open is not null) throw new InvalidOperationException("A step reads the rows of a weight once.");
        var open = Open(rows);
        _open = open;
        return open.Values.requires_grad_();
    }

    /// <summary>Moves the rows that were read by the step that has begun.</summary>
    public void Write()
    {
        if (_open is not { } open) return;
        _open = null;
        using var gradient = open.Values.grad;
        using var values = open.Values.detach();
        if (gradient is not null) _rule.Move(values, gradient, open.Moments);
        Close(open with { Values = values });
    }

    /// <summary>Moves all rows by the steps that had no gradient of them.</summary>
    public void Settle()
    {
        foreach (int[] rows in Enumerable.Range(0, _latest.Length).Where(row => _latest[row] < _rule.Steps).Chunk(SettledRows))
        {
            using var scope = NewDisposeScope();
            Close(Open(Array.ConvertAll(rows, row => (long)row)));
        }
    }

    public void Dispose() => _moments.Dispose();

    private OpenRows Open(long[] rows)
    {
        var index = tensor(rows, device: _weight.device);
        var values = _weight.index_select(0, index);
        var moments = new AdamMoments(_moments.Mean.index_select(0, index), _moments.Square.index_select(0, index));
        _rule.CatchUp(values, moments, Array.ConvertAll(rows, row => _latest[row]));
        return new OpenRows(rows, index, values, moments);
    }

    private void Close(OpenRows open)
    {
        _weight.index_copy_(0, open.Index, open.Values);
        _moments.Mean.index_copy_(0, open.Index, open.Moments.Mean);
        _moments.Square.index_copy_(0, open.Index, open.Moments.Square);
        foreach (long row in open.Rows) _latest[row] = _rule.Steps;
    }

    /// <param name="Rows">Numbers of the rows.</param>
    /// <param name="Index">The same.</param>
    /// <param name="Values">Copies of the rows.</param>
    /// <param name="Moments">Copies of their moments.</param>
    private sealed record OpenRows(long[] Rows, Tensor Index, Tensor Values, AdamMoments Moments);
}
