using InterestService.Pipeline.Numerics;
using TorchSharp;
using static TorchSharp.torch;

namespace InterestService.Pipeline.Encoding.Networks;

/// <summary>
/// The arithmetic of <see cref="Adam"/>. What the moments of a weight become in steps without a gradient, and how far it moves by them, has a
/// closed form: the mean decays by <c>b1</c> and the root of the square by <c>sqrt(b2)</c>, so each such step is <c>b1 / sqrt(b2)</c> of the
/// one before, apart from the learning rate.
/// </summary>
internal sealed class AdamRule : IDisposable
{
    private const double FirstDecay = .9;
    private const double SecondDecay = .999;

    /// <summary>Steps after which momentum has no effect: .9005 to the 160th is 5e-8, less than the precision of a weight.</summary>
    private const int MomentumSteps = 160;

    private static readonly double _ratio = FirstDecay / Math.Sqrt(SecondDecay);

    private readonly Scalar _firstDecay = FirstDecay;
    private readonly Scalar _firstRest = 1 - FirstDecay;
    private readonly Scalar _secondDecay = SecondDecay;
    private readonly Scalar _secondRest = 1 - SecondDecay;
    private readonly Scalar _epsilon = 1e-8;
    private readonly Scalar _backward = -1;

    /// <summary>For each step: how far its mean over the root of its square has carried a weight without gradients since then.</summary>
    private readonly List<double> _carried = [0];

    private Scalar _size = 0;

    /// <summary>Number of steps begun.</summary>
    public int Steps => _carried.Count - 1;

    /// <summary>Begins a step.</summary>
    public void Begin(double learningRate)
    {
        int step = _carried.Count;
        double size = learningRate * Math.Sqrt(1 - Math.Pow(SecondDecay, step)) / (1 - Math.Pow(FirstDecay, step));
        double part = size;
        for (int former = step - 1; former >= Math.Max(0, step - MomentumSteps); former--)
        {
            part *= _ratio;
            _carried[former] += part;
        }

        _carried.Add(0);
        _size.Dispose();
        _size = -size;
    }

    /// <summary>Moves a weight by the step that was begun last.</summary>
    public void Move(Tensor weight, Tensor gradient, AdamMoments moments)
    {
        moments.Mean.mul_(_firstDecay).add_(gradient, _firstRest);
        moments.Square.mul_(_secondDecay).addcmul_(gradient, gradient, _secondRest);
        using var scale = Scale(moments);
        weight.addcdiv_(moments.Mean, scale, _size);
    }

    /// <summary>Moves rows by the steps that had no gradient of them.</summary>
    /// <param name="rows"><c>[rows]</c> or <c>[rows x columns]</c>.</param>
    /// <param name="moments">Of the same shape.</param>
    /// <param name="latest">The latest step with a gradient of each row, <c>[rows]</c>; 0 for none.</param>
    public void CatchUp(Tensor rows, AdamMoments moments, int[] latest)
    {
        long[] shape = rows.dim() == 1 ? [-1] : [-1, 1];
        using Tensor carried = Factors(step => _carried[step]), scale = Scale(moments), moved = moments.Mean * carried;
        rows.addcdiv_(moved, scale, _backward);
        using Tensor first = Factors(step => Math.Pow(FirstDecay, Steps - step)), second = Factors(step => Math.Pow(SecondDecay, Steps - step));
        moments.Mean.mul_(first);
        moments.Square.mul_(second);

        Tensor Factors(Func<int, double> factor)
        {
            using var values = tensor(Array.ConvertAll(latest, step => (float)factor(step)), device: rows.device);
            return values.view(shape);
        }
    }

    public void Dispose()
    {
        foreach (var scalar in new[] { _firstDecay, _firstRest, _secondDecay, _secondRest, _epsilon, _backward, _size }) scalar.Dispose();
    }

    private Tensor Scale(AdamMoments moments) => moments.Square.sqrt().Accumulate(_epsilon);
}
