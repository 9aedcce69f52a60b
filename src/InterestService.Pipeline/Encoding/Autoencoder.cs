using InterestService.Pipeline.Preprocessing;
using TorchSharp;
using static TorchSharp.torch;

namespace InterestService.Pipeline.Encoding;

/// <summary>
/// Multinomial denoising autoencoder (Mult-DAE: Liang, Krishnan, Hoffman and Jebara, "Variational Autoencoders for
/// Collaborative Filtering", WWW 2018). A user's items go in as a sparse bag, some of them hidden; all of them are to come
/// out of a softmax over items. The bottleneck is the user's vector. Input cost follows the number of interactions; the
/// softmax runs over a bounded set of candidate items.
/// </summary>
public sealed class Autoencoder : IDisposable
{
    private readonly AutoencoderOptions _options;
    private readonly Device _device;
    private readonly AutoencoderNetwork _network;
    private readonly int _itemCount;

    private Autoencoder(int itemCount, AutoencoderOptions options, Device device)
    {
        _options = options;
        _device = device;
        _itemCount = itemCount;
        _network = new AutoencoderNetwork(itemCount, options, new Random(options.Seed));
        _network.to(device);
    }

    /// <summary>Trains on all users of <paramref name="set"/>.</summary>
    /// <param name="set">At least one user and one item.</param>
    /// <param name="options">Shape and training.</param>
    /// <param name="device">Where the tensors live.</param>
    /// <param name="epochDone">Called after each epoch with its number, from 1, and its mean loss in nats an event.</param>
    /// <param name="cancellationToken">Looked at before each step.</param>
    /// <returns>The trained model; the caller disposes it.</returns>
    public static Autoencoder Fit(
        InteractionSet set, AutoencoderOptions options, Device device, Action<int, double> epochDone, CancellationToken cancellationToken)
    {
        var model = new Autoencoder(set.ItemCount, options, device);
        using var optimizer = optim.Adam(model._network.parameters(), options.LearningRate);
        // Its own generator, so that the weights do not depend on how often it was drawn from.
        var random = new Random(unchecked(options.Seed * 31 + 7));
        int[] order = [.. Enumerable.Range(0, set.UserCount)];
        for (int epoch = 1; epoch <= options.Epochs; epoch++)
        {
            random.Shuffle(order);
            double loss = 0;
            foreach (int[] users in order.Chunk(options.BatchSize))
            {
                cancellationToken.ThrowIfCancellationRequested();
                var input = new SparseBatch(set, users, options.Dropout, random);
                var softmax = new CandidateSoftmax(set, users, options.Candidates, random);
                loss += users.Length * model.Step(input, softmax, optimizer);
            }

            epochDone(epoch, loss / order.Length);
        }

        return model;
    }

    /// <summary>Encodes all users of a set with the same items.</summary>
    /// <returns><c>[users x dimensions]</c>, rows of unit length.</returns>
    public Matrix Encode(InteractionSet set, CancellationToken cancellationToken)
    {
        var vectors = new Matrix(set.UserCount, _options.Dimensions);
        using var noGradient = no_grad();
        foreach (int[] users in Enumerable.Range(0, set.UserCount).Chunk(1024))
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            nn.functional.normalize(Vectors(set, users)).cpu().data<float>().CopyTo(vectors.Values.AsSpan(users[0] * _options.Dimensions));
        }

        return vectors;
    }

    /// <summary>Scores every item for every user of a set: the higher, the likelier next.</summary>
    /// <returns><c>[users x items]</c>: for a handful of users, since it is dense.</returns>
    public Matrix Score(InteractionSet set)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var scores = _network.Decode(Vectors(set, [.. Enumerable.Range(0, set.UserCount)]));
        return new Matrix(set.UserCount, _itemCount, [.. scores.cpu().data<float>()]);
    }

    /// <summary>Writes the weights in libtorch's own format.</summary>
    public void Save(Stream stream) => _network.save(stream);

    public void Dispose() => _network.Dispose();

    private double Step(SparseBatch input, CandidateSoftmax softmax, optim.Optimizer optimizer)
    {
        using var scope = NewDisposeScope();
        optimizer.zero_grad();
        var loss = softmax.Loss(_network, input.Encode(_network, _device));
        loss.backward();
        optimizer.step();
        return loss.item<float>();
    }

    private Tensor Vectors(InteractionSet set, int[] users) =>
        new SparseBatch(set, users, dropout: 0, Random.Shared).Encode(_network, _device); // [users x dimensions]
}
