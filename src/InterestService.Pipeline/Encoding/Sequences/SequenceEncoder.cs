using InterestService.Pipeline.Encoding.Networks;
using InterestService.Pipeline.Encoding.Text;
using InterestService.Pipeline.Events;
using InterestService.Pipeline.Numerics;
using InterestService.Pipeline.Numerics.LinearAlgebra;
using TorchSharp;
using static TorchSharp.torch;

namespace InterestService.Pipeline.Encoding.Sequences;

/// <summary>
/// Learns to predict the item of the next event from the events before it, at every position of every user's log. A user's vector
/// is the state after the latest item that the user came to (<see cref="SequenceHistory"/>), minus that of the mean user: the
/// large part that all states have in common does not distinguish users (Mu and Viswanath, "All-but-the-Top", ICLR 2018).
/// <see cref="TransformerEncoder"/>, <see cref="RnnEncoder"/> and <see cref="CnnEncoder"/> differ in the network alone.
/// </summary>
public sealed class SequenceEncoder : IUserEncoder
{
    /// <summary>
    /// The states extend mostly along a few directions, by which alone K-means would divide the users. After half a whitening popularity inside the
    /// clusters ranks as well or better, and planted interests are found as well.
    /// </summary>
    internal const double Whitening = .5;

    /// <summary>Number of training steps after which passes end, but for those that every log gets.</summary>
    private const int MaxSteps = 1600;

    /// <summary>Maximum number of passes over a log that makes at least <see cref="MinSteps"/> in them.</summary>
    private const int MaxEpochs = 20;

    /// <summary>Minimum number of steps without a better recall after which training stops.</summary>
    private const int PatienceSteps = 100;

    /// <summary>Minimum number of training steps: a small log makes few steps a pass, and gets more passes.</summary>
    private const int MinSteps = 200;

    /// <summary>
    /// Maximum number of positions, windows times their width, that are encoded at a time, on a CPU and on a GPU: what the layers compute is held until all
    /// of them are done, and that of few positions stays in the cache.
    /// </summary>
    private const int EncodedPositions = 1 << 11, DevicePositions = 1 << 15;

    private readonly SequenceOptions _options;
    private readonly int _threads;
    private readonly Device _device;
    private readonly int _maxPositions;
    private readonly Dictionary<string, long> _types;
    private readonly SequenceNetwork _network;

    /// <summary>Mean of the training users' states, each of unit length, <c>[1 x dimensions]</c>.</summary>
    private Matrix _centre;

    private SequenceEncoder(EncoderShape shape, SequenceOptions options, SequenceMethod method, int seed, Func<Random, ItemTexts>? texts)
    {
        (_options, _threads) = (options, shape.Threads);
        _device = torch.device(shape.Device);
        _maxPositions = BatchMemory.Positions(shape.Device, options);
        // 0 is for types that training did not have.
        _types = shape.TypeNames.Index().ToDictionary(type => type.Item, type => 1L + type.Index);
        var dropout = new SequenceDropout(_options.Dropout ?? method.Dropout, seed, _device);
        var random = new Random(seed);
        _network = NetworkOwnership.Create(
            () => new SequenceNetwork(
                shape.ItemCount, texts?.Invoke(random), 1 + _types.Count, _options.Dimensions, dropout, method.Body(dropout), random),
            _device);
        _centre = new Matrix(1, _options.Dimensions);
    }

    /// <summary>Trains on all users.</summary>
    /// <exception cref="PipelineException">Text features are asked for, and no item has a title or a category.</exception>
    internal static SequenceEncoder Fit(EncoderInput input, SequenceOptions options, SequenceMethod method)
    {
        var texts = options.TextFeatures ? CatalogueTexts.EncodeItems(input, options.TextModel, options.Dimensions) : null;
        var model = new SequenceEncoder(
            EncoderShape.From(input), options, method, input.Seed, texts is null ? null : random => ItemTexts.Create(input, texts, random));
        return NetworkOwnership.Complete(model, encoder => encoder.Train(input, method));
    }

    internal static SequenceEncoder Load(Stream stream, EncoderShape shape, SequenceOptions options, SequenceMethod method)
    {
        var centre = MatrixSerializer.Read(stream);
        var model = new SequenceEncoder(
            shape, options, method, seed: 0, options.TextFeatures ? _ => ItemTexts.Empty(shape.ItemCount, options.Dimensions) : null)
        {
            _centre = centre,
        };
        return NetworkOwnership.Complete(model, encoder => encoder._network.Read(stream));
    }

    public Matrix Encode(InteractionSet set, CancellationToken cancellation)
    {
        var vectors = UnitStates(set, cancellation);
        // A user without items counts as the mean user.
        for (int user = 0; user < set.UserCount; user++)
            if (set.ColumnsOf(user).IsEmpty) _centre.Row(0).CopyTo(vectors.Row(user));
        UnitRows.Centre(vectors, _centre);
        return vectors;
    }

    public void Score(InteractionSet set, int[] users, Matrix scores)
    {
        using var threads = new TorchThreads(_threads);
        using var history = SequenceHistory.Create(set.Events, users, _options.Repeats);
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var items = _network.Items();
        var states = zeros(users.Length, _options.Dimensions, device: _device); // of a user without items: what ranks is the bias
        foreach (var windows in LatestWindows(history))
        {
            using var part = NewDisposeScope();
            var rows = tensor(windows.Select(window => (long)window.User).ToArray(), device: _device);
            states.index_copy_(0, rows, LastStates(history, windows, items));
        }

        nn.functional.linear(states, items, _network.ItemBias()).cpu().data<float>().CopyTo(scores.Values.AsSpan());
    }

    /// <summary>Writes the centre, as <see cref="MatrixSerializer"/> does, and the network.</summary>
    public void Save(Stream stream)
    {
        MatrixSerializer.Write(stream, _centre);
        _network.Write(stream);
    }

    public void Dispose() => _network.Dispose();

    private void Train(EncoderInput input, SequenceMethod method)
    {
        var log = input.Training.Events;
        var training = new SequenceTraining(log, _options.SequenceLength);
        int positions = Math.Min((_options.BatchSize ?? method.BatchSize) * _options.SequenceLength, _maxPositions);
        int steps = 1 + log.EventCount / positions;
        int epochs = _options.Epochs ?? Math.Max(Math.Clamp(MaxSteps / steps, method.Epochs, MaxEpochs), MinSteps / steps);
        // Its own generator, so that the weights do not depend on how often it was drawn from.
        var random = new Random(unchecked(input.Seed * 31 + 7));
        int patience = Math.Max(_options.Patience, PatienceSteps / steps);
        TrainingLoop.Run(_network, input, epochs, patience, _options.LearningRate ?? method.LearningRate, Steps, Score);
        _centre = UnitRows.Mean(UnitStates(input.Training, input.Cancellation));

        IEnumerable<TrainingStep> Steps()
        {
            foreach (var windows in training.Batches(positions, random))
            {
                var batch = new SequenceBatch(log, windows, TypesOf(log));
                var (cells, items) = training.Targets(batch);
                var softmax = new CandidateSoftmax(input.Training.ItemCount, items, _options.Candidates, random);
                yield return new TrainingStep(cells.Length, _ => Loss(batch, cells, softmax));
            }
        }
    }

    /// <summary>Computes the users' states: <c>[users x dimensions]</c>, rows of unit length, 0 for a user without items.</summary>
    private Matrix UnitStates(InteractionSet set, CancellationToken cancellation)
    {
        var vectors = new Matrix(set.UserCount, _options.Dimensions);
        using var history = SequenceHistory.Create(set.Events, set.AllUsers(), _options.Repeats);
        using var threads = new TorchThreads(_threads);
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var items = _network.Items();
        foreach (var windows in LatestWindows(history))
        {
            cancellation.ThrowIfCancellationRequested();
            using var part = NewDisposeScope();
            float[] rows = [.. nn.functional.normalize(LastStates(history, windows, items)).cpu().data<float>()];
            for (int i = 0; i < windows.Length; i++)
                rows.AsSpan(i * _options.Dimensions, _options.Dimensions).CopyTo(vectors.Row(windows[i].User));
        }

        return vectors;
    }

    private Tensor Loss(SequenceBatch batch, long[] cells, CandidateSoftmax softmax)
    {
        var items = _network.Items();
        var states = batch.States(_network, items).index_select(0, tensor(cells, device: _device)); // [targets x dimensions]
        var read = tensor(softmax.Items, device: _device);
        return softmax.Loss(states, items.index_select(0, read), _network.ItemBias().index_select(0, read));
    }

    /// <summary>
    /// Returns the latest window of each user who has any items, in parts that are encoded at a time: users with about as many events together, so that
    /// there is little padding.
    /// </summary>
    private IEnumerable<SequenceWindow[]> LatestWindows(EventLog history)
    {
        int limit = _device.type == DeviceType.CPU ? EncodedPositions : Math.Min(DevicePositions, _maxPositions);
        var part = new List<SequenceWindow>();
        var windows = Enumerable.Range(0, history.UserIds.Length).Select(user => SequenceWindow.Latest(history, user, _options.SequenceLength));
        foreach (var window in windows.Where(window => window.Length > 0).OrderBy(window => window.Length))
        {
            if (part.Count > 0 && (part.Count + 1) * window.Length > limit)
            {
                yield return [.. part];
                part.Clear();
            }

            part.Add(window);
        }

        if (part.Count > 0) yield return [.. part];
    }

    private Tensor LastStates(EventLog history, SequenceWindow[] windows, Tensor items)
    {
        var batch = new SequenceBatch(history, windows, TypesOf(history));
        long[] last = [.. windows.Select((window, row) => (long)batch.Cell(row, window.End - 1))];
        return batch.States(_network, items).index_select(0, tensor(last, device: _device)); // [users x dimensions]
    }

    private long[] TypesOf(EventLog log) => [.. log.TypeNames.Select(name => _types.GetValueOrDefault(name))];
}

/// <summary>What the sequence encoders differ in.</summary>
/// <param name="Epochs">Maximum number of passes over a large log.</param>
/// <param name="BatchSize">Number of windows of full length in a step.</param>
/// <param name="LearningRate">Learning rate of Adam in the first pass.</param>
/// <param name="Dropout">Dropout of embeddings and layers.</param>
/// <param name="Body">Creates the layers.</param>
internal sealed record SequenceMethod(
    int Epochs, int BatchSize, double LearningRate, double Dropout, Func<SequenceDropout, nn.Module<Tensor, Tensor>> Body);
