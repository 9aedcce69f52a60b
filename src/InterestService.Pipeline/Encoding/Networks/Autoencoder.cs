using InterestService.Pipeline.Encoding.Text;
using InterestService.Pipeline.Events;
using InterestService.Pipeline.Numerics;
using TorchSharp;
using static TorchSharp.torch;

namespace InterestService.Pipeline.Encoding.Networks;

/// <summary>
/// Denoising autoencoder with a multinomial likelihood (Mult-DAE: Liang, Krishnan, Hoffman and Jebara, "Variational Autoencoders
/// for Collaborative Filtering", WWW 2018), linear up to its softmax. The input is a sparse bag of a user's items, some of them
/// hidden, in which later items count more; the output is a softmax over items. The bottleneck is the user's vector. The same network
/// reads a history in two ways: with a long memory for the user's vector, which describes the user, and with a short one for the
/// ranking, which predicts what the user wants next. The cost of the input is proportional to the number of the users' interactions; the
/// softmax runs over candidate items, and a step moves the weights of its own items and candidates alone.
/// Defaults: 2 to 20 epochs and 128 to 1024 bags a step, fewer epochs and larger steps the more bags there are
/// (<see cref="AutoencoderTraining"/>); learning rate .01, falling to a tenth of it; dropout .5.
/// </summary>
public sealed class Autoencoder : IUserEncoder
{
    /// <summary>Items of a history after which an earlier one counts half, in a user's vector.</summary>
    internal const double LongHalfLife = 40;

    /// <summary>Items of a history after which an earlier one counts half, in a ranking.</summary>
    internal const double ShortHalfLife = 3;

    /// <summary>Maximum number of a step's bags times candidates (8 MB of scores): a larger step needs fewer candidates for as good an estimate.</summary>
    private const int MaxScores = 1 << 21;
    private const int MinCandidates = 16;

    private const double DefaultLearningRate = 1e-2;
    private const double DefaultDropout = .5;

    private readonly NetworkOptions _options;
    private readonly int _threads;
    private readonly Device _device;
    private readonly AutoencoderNetwork _network;

    private Autoencoder(EncoderShape shape, NetworkOptions options, int[] itemUsers, int seed, Func<Random, ItemTexts>? texts)
    {
        _options = options;
        _threads = shape.Threads;
        _device = torch.device(shape.Device);
        var random = new Random(seed);
        _network = NetworkOwnership.Create(
            () => new AutoencoderNetwork(itemUsers, texts?.Invoke(random), texts?.Invoke(random), _options.Dimensions, random), _device);
    }

    public static EncoderDescriptor Descriptor { get; } =
        new EncoderDescriptor<NetworkOptions>("autoencoder", Fit, Load) { IsNetwork = true, UsesOrder = true };

    /// <summary>Trains on all users.</summary>
    /// <exception cref="PipelineException">Text features are asked for, and no item has a title or a category.</exception>
    public static Autoencoder Fit(EncoderInput input, NetworkOptions options)
    {
        int[] itemUsers = new int[input.Training.ItemCount];
        foreach (int item in input.Training.Columns) itemUsers[item]++;
        var texts = options.TextFeatures ? CatalogueTexts.EncodeItems(input, options.TextModel, options.Dimensions) : null;
        var model = new Autoencoder(
            EncoderShape.From(input), options, itemUsers, input.Seed, texts is null ? null : random => ItemTexts.Create(input, texts, random));
        return NetworkOwnership.Complete(model, autoencoder => autoencoder.Train(input));
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    public static Autoencoder Load(Stream stream, EncoderShape shape, NetworkOptions options)
    {
        var model = new Autoencoder(
            shape, options, new int[shape.ItemCount], seed: 0,
            options.TextFeatures ? _ => ItemTexts.Empty(shape.ItemCount, options.Dimensions) : null);
        return NetworkOwnership.Complete(model, autoencoder => autoencoder._network.Read(stream));
    }

    public Matrix Encode(InteractionSet set, CancellationToken cancellation)
    {
        var vectors = new Matrix(set.UserCount, _options.Dimensions);
        using var threads = new TorchThreads(_threads);
        using var noGradient = no_grad();
        foreach (int[] users in Enumerable.Range(0, set.UserCount).Chunk(1024))
        {
            cancellation.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var unit = nn.functional.normalize(Vectors(set, users, LongHalfLife));
            unit.cpu().data<float>().CopyTo(vectors.Values.AsSpan(users[0] * _options.Dimensions));
        }

        return vectors;
    }

    public void Score(InteractionSet set, int[] users, Matrix scores)
    {
        using var threads = new TorchThreads(_threads);
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        _network.Decode(Vectors(set, users, ShortHalfLife)).cpu().data<float>().CopyTo(scores.Values.AsSpan());
    }

    public void Save(Stream stream) => _network.Write(stream);

    public void Dispose() => _network.Dispose();

    private void Train(EncoderInput input)
    {
        var training = new AutoencoderTraining(input.Training);
        // Its own generator, so that the weights do not depend on how often it was drawn from.
        var random = new Random(unchecked(input.Seed * 31 + 7));
        int batchSize = _options.BatchSize ?? training.BatchSize;
        int candidates = Math.Min(_options.Candidates, Math.Max(MinCandidates, MaxScores / batchSize));
        TrainingLoop.Run(
            _network, input, _options.Epochs ?? training.Epochs, _options.Patience, _options.LearningRate ?? DefaultLearningRate, Steps, Score);

        IEnumerable<TrainingStep> Steps()
        {
            foreach (var examples in training.Batches(batchSize, random))
            {
                var bags = new SparseBatch();
                foreach (var (history, seen, _, _, halfLife) in examples)
                    bags.Add(history, seen, halfLife, _options.Dropout ?? DefaultDropout, random);
                var softmax = new CandidateSoftmax(
                    input.Training.ItemCount, AutoencoderExample.Targets(examples), candidates, random);
                yield return new TrainingStep(examples.Length, optimizer => _network.Loss(optimizer, bags, softmax));
            }
        }
    }

    private Tensor Vectors(InteractionSet set, int[] users, double halfLife)
    {
        var bags = new SparseBatch();
        foreach (int user in users)
        {
            var history = ItemHistory.Create(set, user);
            bags.Add(history, history.Items.Length, halfLife);
        }

        return _network.Encode(bags.ToTensors(_device)); // [users x dimensions]
    }
}
