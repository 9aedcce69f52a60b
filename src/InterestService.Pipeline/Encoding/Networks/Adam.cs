using TorchSharp.Modules;
using static TorchSharp.torch;

namespace InterestService.Pipeline.Encoding.Networks;

/// <summary>
/// Adam (Kingma and Ba, 2015). Of a weight with a row for each item, a step reads and moves only the rows that its loss asks for; the others
/// move by their momentum when they are read next, as far as a step over all rows would have moved them. TorchSharp's own implementation
/// creates a dozen scalars for each weight and step and leaves them to the garbage collector, which occasionally frees one while libtorch
/// still reads it; this one holds its scalars until they are used.
/// </summary>
internal sealed class Adam : IDisposable
{
    private readonly AdamRule _rule = new();
    private readonly Parameter[] _weights;
    private readonly Dictionary<Parameter, AdamMoments> _moments = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<Parameter, AdamRows> _rows = new(ReferenceEqualityComparer.Instance);

    /// <param name="weights">All weights that a loss can depend on.</param>
    public Adam(IEnumerable<Parameter> weights) => _weights = [.. weights];

    /// <summary>Moves the weights against the gradients of a loss.</summary>
    /// <param name="loss">Computes it: a scalar. It may read rows of weights by <see cref="Rows"/>.</param>
    /// <param name="learningRate">Learning rate of this step.</param>
    /// <returns>The loss before the step.</returns>
    public double Step(Func<Adam, Tensor> loss, double learningRate)
    {
        foreach (var weight in _weights)
        {
            using var gradient = weight.grad;
            gradient?.zero_();
        }

        var value = loss(this);
        value.backward();
        using (no_grad()) Move(learningRate);
        return value.cpu().data<float>()[0]; // item() throws for some values that are not numbers
    }

    /// <summary>Reads rows of a weight. The step moves these rows of it, and no others.</summary>
    /// <param name="weight">Read by this method in every step that depends on it.</param>
    /// <param name="rows">Different rows.</param>
    /// <returns>The rows, in the order given; valid in this step.</returns>
    public Tensor Rows(Parameter weight, long[] rows)
    {
        if (!_rows.TryGetValue(weight, out var moments)) _rows.Add(weight, moments = new AdamRows(weight, _rule));
        using var noGradient = no_grad();
        return moments.Read(rows);
    }

    /// <summary>Moves the rows that the latest steps did not read, so that the weights can be used outside of a step.</summary>
    public void Settle()
    {
        using var noGradient = no_grad();
        foreach (var moments in _rows.Values) moments.Settle();
    }

    public void Dispose()
    {
        foreach (var moments in _moments.Values) moments.Dispose();
        foreach (var moments in _rows.Values) moments.Dispose();
        _rule.Dispose();
    }

    private void Move(double learningRate)
    {
        _rule.Begin(learningRate);
        foreach (var moments in _rows.Values) moments.Write();
        foreach (var weight in _weights)
        {
            using var gradient = weight.grad;
            if (gradient is null) continue;
            if (!_moments.TryGetValue(weight, out var moments)) _moments.Add(weight, moments = AdamMoments.Like(weight));
            _rule.Move(weight, gradient, moments);
        }
    }
}

/// <summary>Decayed means of a weight's gradients and of their squares, each of the weight's shape.</summary>
internal readonly record struct AdamMoments(Tensor Mean, Tensor Square) : IDisposable
{
    /// <summary>Creates those of a weight that has not been moved; they belong to no scope.</summary>
    public static AdamMoments Like(Tensor weight)
    {
        using var scope = NewDisposeScope();
        var moments = new AdamMoments(zeros_like(weight), zeros_like(weight));
        scope.Detach(moments.Mean, moments.Square);
        return moments;
    }

    public void Dispose()
    {
        Mean.Dispose();
        Square.Dispose();
    }
}
