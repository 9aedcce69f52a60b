using System.Collections.Frozen;

namespace InterestService.Api.Serving;

/// <summary>
/// The published clustering in memory: what the lookups answer from, so that they go on while PostgreSQL is away. It never
/// changes; a publish puts another one in its place.
/// </summary>
internal sealed class Snapshot
{
    private readonly FrozenDictionary<string, int> _rows;
    private FrozenDictionary<int, ClusterResponse> _clusters;
    private readonly Dictionary<int, int> _idsByNumber;
    private readonly string[] _userIds;
    private readonly int[] _clusterIds;
    private readonly bool[] _noise;
    private readonly float?[] _strengths;
    private readonly float[] _distances;
    private readonly ClusterMembership[][] _memberships;
    private readonly Dictionary<int, float>? _reaches;
    private FrozenSet<string> _erased = [];
    private Dictionary<string, LaterUser> _later = [];

    public Snapshot(
        Guid clusteringId,
        long version,
        long erasures,
        DateTime assignedAt,
        IReadOnlyDictionary<int, ClusterResponse> byNumber,
        Dictionary<string, int> rows,
        string[] userIds,
        int[] clusterIds,
        bool[] noise,
        float?[] strengths,
        float[] distances,
        ClusterMembership[][] memberships)
    {
        ClusteringId = clusteringId;
        Version = version;
        Erasures = erasures;
        AssignedAt = assignedAt;
        Clusters = [.. byNumber.Values.OrderBy(cluster => cluster.Id)];
        _idsByNumber = byNumber.ToDictionary(pair => pair.Key, pair => pair.Value.Id);
        _rows = rows.ToFrozenDictionary();
        _clusters = Clusters.ToFrozenDictionary(cluster => cluster.Id);
        _userIds = userIds;
        _clusterIds = clusterIds;
        _noise = noise;
        _strengths = strengths;
        _distances = distances;
        _memberships = memberships;
        _reaches = Reaches();
    }

    public Guid ClusteringId { get; }

    /// <summary>Of the publication that it was loaded for.</summary>
    public long Version { get; }

    /// <summary>How many users had been erased when this was made.</summary>
    public long Erasures { get; private set; }

    /// <summary>How many increments it has; those who came with one are not lost when it grows.</summary>
    public long Increments { get; private set; }

    public DateTime AssignedAt { get; }

    /// <summary>In the order of their ids.</summary>
    public IReadOnlyList<ClusterResponse> Clusters { get; private set; }

    public int UserCount => _clusterIds.Length;

    /// <summary>
    /// Strong, of all that follows from the clustering's own run: but for links and erasures that never changes once it has succeeded.
    /// </summary>
    public string ETag => $"\"{ClusteringId:N}-{Version}-{Erasures}\"";

    /// <summary>Strong, of what may follow from every user.</summary>
    public string ETagOfAll => $"{ETag[..^1]}-{Increments}\"";

    /// <summary>Strong, of what is said of one user.</summary>
    public string ETagOf(string userId) => _later.TryGetValue(userId, out var later) ? $"{ETag[..^1]}-{later.Increment}\"" : ETag;

    /// <summary>The same with those who came with increments.</summary>
    /// <param name="users">Since the last one that it has.</param>
    /// <param name="increments">The last one.</param>
    public Snapshot With(IReadOnlyList<LaterUser> users, long increments)
    {
        var grown = (Snapshot)MemberwiseClone();
        grown.Increments = increments;
        grown._later = new(_later);
        foreach (var user in users)
            foreach (string id in (string[])[user.Placement.UserId, .. user.Aliases])
                if (FindRow(id) is null) grown._later[id] = user;
        return grown;
    }

    /// <summary>The same without some users, and as if it had no increment: who was erased may have come again with one.</summary>
    /// <param name="users">All ids of each of them.</param>
    /// <param name="erasures">How many have been erased by now.</param>
    public Snapshot Without(IReadOnlyCollection<string> users, long erasures)
    {
        var rest = (Snapshot)MemberwiseClone();
        rest.Erasures = erasures;
        rest.Increments = 0;
        rest._later = [];
        rest._erased = _erased.Union(users).ToFrozenSet();
        rest.Clusters = [.. Clusters.Select(cluster => cluster with { Medoids = [.. cluster.Medoids.Where(user => !rest._erased.Contains(user))] })];
        rest._clusters = rest.Clusters.ToFrozenDictionary(cluster => cluster.Id);
        return rest;
    }

    /// <summary>The cluster with a number within the clustering, from 1: row <c>number - 1</c> of the model's centroids.</summary>
    public ClusterResponse ClusterOfNumber(int number) => _clusters[_idsByNumber[number]];

    public ClusterResponse? FindCluster(int id) => _clusters.GetValueOrDefault(id);

    /// <summary>Vectors of those whom the clustering's own run assigned, by their rows.</summary>
    public UserVectors Vectors { get; } = new();

    /// <summary>By row.</summary>
    public IReadOnlyList<string> UserIds => _userIds;

    /// <summary>By row: the id of the cluster.</summary>
    public IReadOnlyList<int> ClusterIds => _clusterIds;

    /// <summary>Those who came with increments.</summary>
    public IEnumerable<LaterUser> LaterUsers => _later.Where(user => user.Key == user.Value.Placement.UserId).Select(user => user.Value);

    public LaterUser? FindLater(string userId) => _later.GetValueOrDefault(userId);

    /// <summary>The row of a user whom the clustering's own run assigned.</summary>
    public int? FindRow(string userId) => _rows.TryGetValue(userId, out int row) && !_erased.Contains(userId) ? row : null;

    public UserClusterResponse? FindUser(string userId)
    {
        if (_later.TryGetValue(userId, out var later)) return Describe(userId, later.Placement, later.AssignedAt);
        if (FindRow(userId) is not { } row) return null;
        return Describe(userId, _clusterIds[row], _memberships[row], _distances[row], _noise[row], AssignedAt, UserClusterResponse.Batch) with
        {
            Strength = _strengths[row],
        };
    }

    /// <summary>A user who was placed by this clustering's model.</summary>
    public UserClusterResponse Describe(string? userId, Placement placement, DateTime at)
    {
        var memberships = placement.MembershipClusters.Zip(placement.MembershipProbabilities, Membership).ToArray();
        int clusterId = _idsByNumber[placement.ClusterNumber];
        return Describe(userId, clusterId, memberships, placement.Distance, placement.Noise, at, UserClusterResponse.Incremental);
    }

    /// <summary>
    /// Whether a new user is noise: where the algorithm found noise, whoever is farther from the centroid than all of the cluster's users.
    /// </summary>
    /// <param name="number">Of the nearest cluster.</param>
    /// <param name="distance">To its centroid.</param>
    public bool IsBeyond(int number, float distance) => _reaches is not null && distance > _reaches.GetValueOrDefault(_idsByNumber[number], -1);

    private UserClusterResponse Describe(
        string? userId, int clusterId, ClusterMembership[] memberships, float distance, bool noise, DateTime at, string source) => new(
            userId, clusterId, _clusters[clusterId].Label, memberships.FirstOrDefault(m => m.ClusterId == clusterId)?.Probability ?? 0, memberships,
            distance, noise, null, ClusteringId, at, source);

    private ClusterMembership Membership(int number, float probability)
    {
        var cluster = ClusterOfNumber(number);
        return new ClusterMembership(cluster.Id, cluster.Label, probability);
    }

    /// <returns>The largest distance of a user of each cluster who is no noise; null where nobody is noise.</returns>
    private Dictionary<int, float>? Reaches()
    {
        if (!_noise.Contains(true)) return null;
        var reaches = new Dictionary<int, float>();
        for (int row = 0; row < _noise.Length; row++)
            if (!_noise[row]) reaches[_clusterIds[row]] = Math.Max(_distances[row], reaches.GetValueOrDefault(_clusterIds[row], -1));
        return reaches;
    }
}
