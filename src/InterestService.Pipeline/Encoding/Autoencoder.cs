using InterestService.Pipeline.Preprocessing;
using TorchSharp;
using static TorchSharp.torch;

namespace InterestService.Pipeline.Encoding;

/// <summary>
/// Multinomial denoising autoencoder (Mult-DAE: Liang, Krishnan, Hoffman and Jebara, "Variational Autoencoders for
/// Collaborative Filtering", WWW 2018). A user's items go in as a sparse bag, some of them hidden; all of them are to come
/// out of a softmax over items. The bottleneck is the user's vector. The input costs what the users' interactions cost;
/// the softmax runs over candidate items; the optimiser still passes over the weights of every item at each step. Defaults: at most 60 epochs, 128 users a step, learning rate .003,
/// dropout .5.
/// </summary>
public sealed class Autoencoder : IUserEncoder
{
    private const int DefaultEpochs = 60;
    private const int DefaultBatchSize = 128;
    private const double DefaultLearningRate = 3e-3;
    private const double DefaultDropout = .5;

    private readonly EncodingOptions _options;
    private readonly Device _device;
    private readonly AutoencoderNetwork _network;

    private Autoencoder(int itemCount, EncodingOptions options, string device, int seed)
    {
        _options = options;
        _device = torch.device(device);
        _network = new AutoencoderNetwork(itemCount, options, new Random(seed));
        _network.to(_device);
    }

    /// <summary>Trains on all users.</summary>
    public static Autoencoder Fit(EncoderInput input)
    {
        var (set, options) = (input.Training, input.Options);
        var model = new Autoencoder(set.ItemCount, options, input.Device, input.Seed);
        using var optimizer = new Adam(model._network.parameters(), options.LearningRate ?? DefaultLearningRate);
        // Its own generator, so that the weights do not depend on how often it was drawn from.
        var random = new Random(unchecked(input.Seed * 31 + 7));
        int[] order = [.. Enumerable.Range(0, set.UserCount)];
        TrainingLoop.Run(model._network, input, DefaultEpochs, _ =>
        {
            random.Shuffle(order);
            double loss = 0;
            foreach (int[] users in order.Chunk(options.BatchSize ?? DefaultBatchSize))
            {
                input.Cancellation.ThrowIfCancellationRequested();
                var bag = new SparseBatch(set, users, options.Dropout ?? DefaultDropout, random);
                var softmax = CandidateSoftmax.OfUsers(set, users, options.Candidates, random);
                loss += users.Length * model.Step(bag, softmax, optimizer);
            }

            return loss / order.Length;
        }, model.Score);
        return model;
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    public static Autoencoder Load(Stream stream, EncoderShape shape)
    {
        var model = new Autoencoder(shape.ItemCount, shape.Options, shape.Device, seed: 0);
        model._network.load(stream);
        model._network.eval();
        return model;
    }

    public Matrix Encode(InteractionSet set, CancellationToken cancellation)
    {
        var vectors = new Matrix(set.UserCount, _options.Dimensions);
        using var noGradient = no_grad();
        foreach (int[] users in Enumerable.Range(0, set.UserCount).Chunk(1024))
        {
            cancellation.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            nn.functional.normalize(Vectors(set, users)).cpu().data<float>().CopyTo(vectors.Values.AsSpan(users[0] * _options.Dimensions));
        }

        return vectors;
    }

    public Matrix Score(InteractionSet set, int[] users)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        return new Matrix(users.Length, set.ItemCount, [.. _network.Decode(Vectors(set, users)).cpu().data<float>()]);
    }

    public void Save(Stream stream) => _network.save(stream);

    public void Dispose() => _network.Dispose();

    private double Step(SparseBatch bag, CandidateSoftmax softmax, Adam optimizer)
    {
        using var scope = NewDisposeScope();
        optimizer.ZeroGradients();
        var loss = softmax.Loss(bag.Encode(_network, _device), _network.Output, _network.OutputBias);
        loss.backward();
        optimizer.Step();
        return loss.cpu().data<float>()[0]; // item() refuses some values that are no numbers
    }

    private Tensor Vectors(InteractionSet set, int[] users) =>
        new SparseBatch(set, users, dropout: 0, Random.Shared).Encode(_network, _device); // [users x dimensions]
}
