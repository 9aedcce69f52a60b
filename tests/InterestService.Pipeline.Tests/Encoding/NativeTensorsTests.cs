using System.Text.Json.Nodes;
using InterestService.Pipeline.Encoding;
using InterestService.Pipeline.Events;
using InterestService.Pipeline.Tests.Events;
using static TorchSharp.torch;

namespace InterestService.Pipeline.Tests.Encoding;

/// <summary>Memory of libtorch, which the garbage collector does not free in time. The count is process-wide, so these tests run alone.</summary>
[Collection(nameof(NativeTensorsTests))]
public sealed class NativeTensorsTests
{
    private static readonly InteractionSet _set = TestEvents.Weight(TestEvents.Blocks(2, 20, 10, 6, seed: 1));

    public static TheoryData<string> Networks => [.. Encoders.All.Where(encoder => encoder.IsNetwork).Select(encoder => encoder.Name)];

    [Theory]
    [MemberData(nameof(Networks))]
    public void Encoding_and_scoring_retain_no_tensors_and_disposing_frees_the_weights(string name)
    {
        using var model = Fit(name, epochs: 1);
        Use(model);
        long before = Tensor.TotalCount;
        for (int i = 0; i < 10; i++) Use(model);
        Assert.InRange(Tensor.TotalCount, 0, before);
        model.Dispose();
        Assert.InRange(Tensor.TotalCount, 0, before - 2); // at least the vectors and biases of the items
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void A_disposed_encoder_retains_no_tensors_of_its_training(string name)
    {
        Run(epochs: 1); // creates what the process keeps permanently
        // TorchSharp counts a tensor that becomes a parameter twice and subtracts it once, so the count does not return to its former value.
        Assert.Equal(Run(epochs: 1), Run(epochs: 12));

        long Run(int epochs)
        {
            Collect();
            long before = Tensor.TotalCount;
            Train(name, epochs);
            Collect();
            return Tensor.TotalCount - before;
        }
    }

    /// <summary>Trains, uses, saves and reads an encoder; in its own frame, so that no local variable references it afterwards.</summary>
    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
    private static void Train(string name, int epochs)
    {
        using var model = Fit(name, epochs);
        Use(model);
        using var written = new MemoryStream();
        model.Save(written);
        using var saved = new MemoryStream(written.ToArray());
        using var read = Encoders.Named(name).Load(
            saved, new EncoderShape(_set.ItemCount, _set.Events.TypeNames, "cpu", Threads: 2), new JsonObject { ["Dimensions"] = 8, ["SequenceLength"] = 6 });
        Use(read);
    }

    private static IUserEncoder Fit(string name, int epochs) => Encoders.Named(name).Fit(
        EncoderRun.Input(_set), new() { ["dimensions"] = 8, ["sequenceLength"] = 6, ["batchSize"] = 8, ["epochs"] = epochs });

    private static void Use(IUserEncoder model)
    {
        model.Encode(_set, TestContext.Current.CancellationToken);
        model.Score(_set, [0, 1]);
    }

    private static void Collect()
    {
        for (int i = 0; i < 3; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
    }
}

[CollectionDefinition(nameof(NativeTensorsTests), DisableParallelization = true)]
public sealed class NativeTensorsCollectionDefinition;
