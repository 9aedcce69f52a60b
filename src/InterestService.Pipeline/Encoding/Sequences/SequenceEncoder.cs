using InterestService.Pipeline.Encoding.LinearModels;
using InterestService.Pipeline.Encoding.Networks;
using InterestService.Pipeline.Encoding.Text;
using InterestService.Pipeline.Events;
using InterestService.Pipeline.Numerics;
using TorchSharp;
using static TorchSharp.torch;

namespace InterestService.Pipeline.Encoding.Sequences;

/// <summary>
/// Learns to name the item of the next event from the events before it, at every position of every user's log. A user's vector
/// is the state after the latest item that the user came to (<see cref="SequenceHistory"/>), seen from the mean user: what all
/// states have in common, and there is much of it, tells no users apart (Mu and Viswanath, "All-but-the-Top", ICLR 2018).
/// <see cref="Transformer"/>, <see cref="Rnn"/> and <see cref="Cnn"/> differ in the network alone.
/// </summary>
public sealed class SequenceEncoder : IUserEncoder
{
    /// <summary>A small log makes few steps a pass; it gets more passes, until they make so many steps.</summary>
    private const int MinSteps = 200;

    private readonly EncodingOptions _options;
    private readonly Device _device;
    private readonly Dictionary<string, long> _types;
    private readonly SequenceNetwork _network;

    /// <summary>Mean of the training users' states, each of unit length, <c>[1 x dimensions]</c>.</summary>
    private Matrix _centre;

    private SequenceEncoder(EncoderShape shape, SequenceMethod method, int seed, Func<Random, ItemTexts>? texts)
    {
        _options = shape.Options;
        _device = torch.device(shape.Device);
        // 0 is for types that training did not have.
        _types = shape.TypeNames.Index().ToDictionary(type => type.Item, type => 1L + type.Index);
        var dropout = new SequenceDropout(_options.Dropout ?? method.Dropout, seed, _device);
        var random = new Random(seed);
        _network = new SequenceNetwork(
            shape.ItemCount, texts?.Invoke(random), 1 + _types.Count, _options.Dimensions, dropout, method.Body(_options, dropout, _options.MixedPrecision ?? _device.type == DeviceType.CUDA), random);
        _network.to(_device);
        _centre = new Matrix(1, _options.Dimensions);
    }

    /// <exception cref="PipelineException">Text features are asked for, and no item has a title or a category.</exception>
    internal static SequenceEncoder Fit(EncoderInput input, SequenceMethod method)
    {
        var options = input.Options;
        var model = new SequenceEncoder(
            EncoderShape.From(input), method, input.Seed, options.TextFeatures ? random => ItemTexts.Create(input, CatalogueTexts.EncodeItems(input), random) : null);
        var log = input.Training.Events;
        var training = new SequenceTraining(log, options.SequenceLength);
        int batchSize = options.BatchSize ?? method.BatchSize;
        int steps = 1 + log.EventCount / (batchSize * options.SequenceLength);
        int epochs = options.Epochs ?? Math.Max(method.Epochs, MinSteps / steps);
        // Its own generator, so that the weights do not depend on how often it was drawn from.
        var random = new Random(unchecked(input.Seed * 31 + 7));
        TrainingLoop.Run(model._network, input, epochs, options.LearningRate ?? method.LearningRate, Steps, model.Score);
        model._centre = UnitRows.Mean(model.UnitStates(input.Training, input.Cancellation));
        return model;

        IEnumerable<TrainingStep> Steps()
        {
            foreach (var windows in training.Batches(batchSize, random))
            {
                var batch = new SequenceBatch(log, windows, model.TypesOf(log));
                var (cells, items) = training.Targets(batch);
                var softmax = new CandidateSoftmax(input.Training.ItemCount, items, options.Candidates, random);
                yield return new TrainingStep(cells.Length, () => model.Loss(batch, cells, softmax));
            }
        }
    }

    internal static SequenceEncoder Load(Stream stream, EncoderShape shape, SequenceMethod method)
    {
        var model = new SequenceEncoder(shape, method, seed: 0, shape.Options.TextFeatures ? _ => ItemTexts.Empty(shape) : null);
        model._centre = MatrixSerializer.Read(stream);
        model._network.load(stream);
        model._network.eval();
        return model;
    }

    public Matrix Encode(InteractionSet set, CancellationToken cancellation)
    {
        var vectors = UnitStates(set, cancellation);
        UnitRows.Centre(vectors, _centre);
        return vectors;
    }

    public Matrix Score(InteractionSet set, int[] users)
    {
        using var history = SequenceHistory.Create(set.Events, users, _options.Repeats);
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var items = _network.Items();
        var states = LastStates(history, [.. LatestWindows(history)], items);
        var scores = nn.functional.linear(states, items, _network.ItemBias()); // [users x items]
        return new Matrix(users.Length, set.ItemCount, [.. scores.cpu().data<float>()]);
    }

    /// <summary>The centre, as <see cref="MatrixSerializer"/> does, and the network.</summary>
    public void Save(Stream stream)
    {
        MatrixSerializer.Write(stream, _centre);
        _network.save(stream);
    }

    public void Dispose() => _network.Dispose();

    private Matrix UnitStates(InteractionSet set, CancellationToken cancellation)
    {
        var vectors = new Matrix(set.UserCount, _options.Dimensions);
        using var history = SequenceHistory.Create(set.Events, ItemSpace.Everyone(set), _options.Repeats);
        using var noGradient = no_grad();
        // Users with about as many events together: little to fill up.
        foreach (var windows in LatestWindows(history).OrderBy(window => window.Length).Chunk(256))
        {
            cancellation.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            float[] rows = [.. nn.functional.normalize(LastStates(history, windows, _network.Items())).cpu().data<float>()];
            for (int i = 0; i < windows.Length; i++)
                rows.AsSpan(i * _options.Dimensions, _options.Dimensions).CopyTo(vectors.Row(windows[i].User));
        }

        return vectors;
    }

    private Tensor Loss(SequenceBatch batch, long[] cells, CandidateSoftmax softmax)
    {
        var items = _network.Items();
        var states = batch.States(_network, items).index_select(0, tensor(cells, device: _device)); // [targets x dimensions]
        return softmax.Loss(states, items, _network.ItemBias());
    }

    private IEnumerable<SequenceWindow> LatestWindows(EventLog history) =>
        Enumerable.Range(0, history.UserIds.Length).Select(user => SequenceWindow.Latest(history, user, _options.SequenceLength));

    private Tensor LastStates(EventLog history, SequenceWindow[] windows, Tensor items)
    {
        var batch = new SequenceBatch(history, windows, TypesOf(history));
        long[] last = [.. windows.Select((window, row) => (long)batch.Cell(row, window.End - 1))];
        return batch.States(_network, items).index_select(0, tensor(last, device: _device)); // [users x dimensions]
    }

    private long[] TypesOf(EventLog log) => [.. log.TypeNames.Select(name => _types.GetValueOrDefault(name))];
}

/// <summary>What one sequence encoder does not share with the others.</summary>
/// <param name="Epochs">Most passes over a log that is not small.</param>
/// <param name="BatchSize">Windows of full length in a step.</param>
/// <param name="LearningRate">Of Adam.</param>
/// <param name="Dropout">Of embeddings and layers.</param>
/// <param name="Body">Makes the layers; told whether to compute in mixed precision.</param>
internal sealed record SequenceMethod(
    int Epochs, int BatchSize, double LearningRate, double Dropout, Func<EncodingOptions, SequenceDropout, bool, nn.Module<Tensor, Tensor>> Body);
