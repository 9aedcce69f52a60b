using InterestService.Pipeline.Encoding.Networks;
using static TorchSharp.torch;

namespace InterestService.Pipeline.Tests.Encoding.Networks;

public sealed class PartitionSumsTests
{
    /// <summary>One vector, some of a part, and more than two parts with a rest.</summary>
    [Theory]
    [InlineData(1, 7)]
    [InlineData(50, 1000)]
    [InlineData(250, 5000)]
    public void Value_and_gradients_are_those_of_all_scores_at_once(int rows, int items)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(1);
        Tensor[] inputs = [randn([rows, 16], generator: generator), randn([items, 16], generator: generator), randn([items], generator: generator)];
        var (expected, expectedGradients) = Differentiate(inputs, given => nn.functional.linear(given[0], given[1], given[2]).logsumexp(1).mean());
        var (value, gradients) = Differentiate(inputs, given => PartitionSums.MeanLogarithm(given[0], given[1], given[2]));
        Assert.Equal(expected, value, 1e-4f);
        foreach (var (wanted, found) in expectedGradients.Zip(gradients))
        {
            Assert.Equal(wanted.Length, found.Length);
            float largest = wanted.Max(Math.Abs);
            Assert.All(wanted.Zip(found), pair => Assert.Equal(pair.First, pair.Second, largest * 1e-4f));
        }
    }

    /// <returns>The value and its gradients by the inputs, weighted by 3 as a part of a loss is.</returns>
    private static (float Value, float[][] Gradients) Differentiate(Tensor[] inputs, Func<Tensor[], Tensor> function)
    {
        Tensor[] given = [.. inputs.Select(input => input.clone().requires_grad_())];
        var value = function(given);
        using var weight = tensor(3f);
        (value * weight).backward();
        return (value.data<float>()[0], [.. given.Select(input => input.grad!.data<float>().ToArray())]);
    }
}
