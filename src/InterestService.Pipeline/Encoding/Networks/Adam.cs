using InterestService.Pipeline.Numerics;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace InterestService.Pipeline.Encoding.Networks;

/// <summary>
/// Adam (Kingma and Ba, 2015). TorchSharp's own implementation creates a dozen scalars for each weight and step and leaves them to the
/// garbage collector, which occasionally frees one while libtorch still reads it; this one holds its scalars until they are used.
/// </summary>
internal sealed class Adam : IDisposable
{
    private const double FirstDecay = .9;
    private const double SecondDecay = .999;

    private readonly (Parameter Weight, Tensor Mean, Tensor Square)[] _weights;
    private readonly Scalar _firstDecay = FirstDecay;
    private readonly Scalar _firstRest = 1 - FirstDecay;
    private readonly Scalar _secondDecay = SecondDecay;
    private readonly Scalar _secondRest = 1 - SecondDecay;
    private readonly Scalar _epsilon = 1e-8;
    private int _step;

    public Adam(IEnumerable<Parameter> weights)
    {
        using var scope = NewDisposeScope();
        _weights = [.. weights.Select(weight => (weight, zeros_like(weight), zeros_like(weight)))];
        foreach (var (_, mean, square) in _weights) scope.Detach(mean, square);
    }

    /// <summary>Moves the weights against the gradients of a loss.</summary>
    /// <param name="loss">Computes it: a scalar.</param>
    /// <param name="learningRate">Learning rate of this step.</param>
    /// <returns>The loss before the step.</returns>
    public double Step(Func<Tensor> loss, double learningRate)
    {
        ZeroGradients();
        var value = loss();
        value.backward();
        Move(learningRate);
        return value.cpu().data<float>()[0]; // item() throws for some values that are not numbers
    }

    public void Dispose()
    {
        foreach (var (_, mean, square) in _weights)
        {
            mean.Dispose();
            square.Dispose();
        }

        foreach (var scalar in new[] { _firstDecay, _firstRest, _secondDecay, _secondRest, _epsilon }) scalar.Dispose();
    }

    private void ZeroGradients()
    {
        foreach (var (weight, _, _) in _weights)
        {
            using var gradient = weight.grad;
            gradient?.zero_();
        }
    }

    private void Move(double learningRate)
    {
        _step++;
        double size = learningRate * Math.Sqrt(1 - Math.Pow(SecondDecay, _step)) / (1 - Math.Pow(FirstDecay, _step));
        using Scalar move = -size;
        using var noGradient = no_grad();
        foreach (var (weight, mean, square) in _weights)
        {
            using var gradient = weight.grad;
            if (gradient is null) continue;
            mean.mul_(_firstDecay).add_(gradient, _firstRest);
            square.mul_(_secondDecay).addcmul_(gradient, gradient, _secondRest);
            using var scale = square.sqrt().Accumulate(_epsilon);
            weight.addcdiv_(mean, scale, move);
        }
    }
}
