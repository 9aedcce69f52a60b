using InterestService.Api.Publishing.People;
using InterestService.Api.Storage.Entities;
using InterestService.Pipeline.Evaluation;
using InterestService.Pipeline.Numerics;

namespace InterestService.Api.Publishing.Snapshots;

/// <summary>
/// The published clustering in memory, from which lookups answer, also while PostgreSQL is unreachable. A snapshot never changes; a publish
/// replaces it.
/// </summary>
internal sealed class Snapshot
{
    private AssignedUsers _users;
    private ClusterResponse[] _clustered; // by index, with the counts that the run of the clustering left
    private ClusterResponse[] _clusters; // by index, as they are now
    private Dictionary<string, IncrementalUser> _later = [];

    /// <param name="publication">What is published.</param>
    /// <param name="byNumber">The clusters as stored, in the order of their numbers.</param>
    /// <param name="people">The users whom the run of the clustering assigned, and the persons that these are now.</param>
    public Snapshot(SnapshotLoader.PublicationRow publication, IEnumerable<ClusterResponse> byNumber, CurrentPeople people)
    {
        Publication = publication;
        AssignedAt = publication.FinishedAt;
        _clustered = [.. byNumber];
        People = people;
        _users = people.Users;
        Reach = FindReach();
        ETag = TagOf(publication);
        Json = new UserClusterJson(_clustered, publication.ClusteringId, AssignedAt);
        _clusters = CountClusters();
        Members = new ClusterMembers(this);
    }

    /// <summary>The publication that it includes, without its increments.</summary>
    public SnapshotLoader.PublicationRow Publication { get; private set; }

    public Guid ClusteringId => Publication.ClusteringId;

    /// <summary>Number of the last increment that it includes.</summary>
    public long Increments { get; private set; }

    /// <summary>The persons of the rows.</summary>
    public CurrentPeople People { get; private set; }

    /// <summary>The users of the clusters.</summary>
    public ClusterMembers Members { get; private set; }

    public DateTime AssignedAt { get; }

    /// <summary>Name of the encoder of the clustering.</summary>
    public string Encoder => Publication.Encoder;

    /// <summary>Quality of the clustering; null where it was not measured.</summary>
    public required ClusteringMetrics? Metrics { get; init; }

    /// <summary>The clusters, in the order of their ids.</summary>
    public IEnumerable<ClusterResponse> Clusters => _clusters.OrderBy(cluster => cluster.Id);

    /// <summary>The clusters by their number, with the counts that the run of the clustering left.</summary>
    public IEnumerable<ClusterResponse> Clustered => _clustered;

    /// <summary>Number of rows: users whom the run of the clustering assigned, shown or not.</summary>
    public int RowCount => _users.Count;

    /// <summary>Number of persons in all clusters.</summary>
    public int PersonCount => _clusters.Sum(cluster => cluster.Users);

    /// <summary>Strong ETag of what may depend on every user.</summary>
    public string ETagOfAll => TagOf(Increments);

    /// <summary>Strong ETag of what follows from the run of the clustering; it changes only with erasures, links, opt-outs and names.</summary>
    public string ETag { get; private set; }

    /// <summary>Writes the answers about single users.</summary>
    public UserClusterJson Json { get; private set; }

    /// <summary>Returns a snapshot that includes more increments.</summary>
    /// <param name="users">Users of the increments after <see cref="Increments"/>.</param>
    /// <param name="increments">Number of the last increment.</param>
    public Snapshot With(IReadOnlyList<IncrementalUser> users, long increments)
    {
        var grown = (Snapshot)MemberwiseClone();
        grown.Increments = increments;
        grown._later = new(_later);
        var tags = users.Select(user => user.Increment).Distinct().ToDictionary(increment => increment, TagOf);
        foreach (var user in users.Where(user => People.FindRow(user.Placement.UserId) is null))
        {
            var tagged = user with { ETag = tags[user.Increment] };
            foreach (string id in (string[])[user.Placement.UserId, .. user.Aliases]) grown._later[id] = tagged;
        }

        grown._clusters = grown.CountClusters();
        grown.Members = new ClusterMembers(grown);
        return grown;
    }

    /// <summary>
    /// Returns a snapshot of other persons. It has no increments, because what these say depends on who is who: they must be read again.
    /// </summary>
    /// <param name="publication">The publication with the change.</param>
    /// <param name="people">The persons of the same rows, after which there may be others.</param>
    public Snapshot With(SnapshotLoader.PublicationRow publication, CurrentPeople people)
    {
        var changed = With(publication);
        (changed.People, changed._users) = (people, people.Users);
        changed._clusters = changed.CountClusters();
        return changed;
    }

    /// <summary>Returns a snapshot with other names of clusters. It has no increments, because their ETags follow from the names too.</summary>
    /// <param name="publication">The publication with the change.</param>
    /// <param name="names">What analysts have written.</param>
    public Snapshot With(SnapshotLoader.PublicationRow publication, IReadOnlyDictionary<ClusterId, ClusterName> names)
    {
        var changed = With(publication);
        changed._clustered = [.. _clustered.Select(cluster => cluster.With(names.GetValueOrDefault(new ClusterId(cluster.Id))))];
        changed.Json = new UserClusterJson(changed._clustered, ClusteringId, AssignedAt);
        changed._clusters = changed.CountClusters();
        return changed;
    }

    private Snapshot With(SnapshotLoader.PublicationRow publication)
    {
        var changed = (Snapshot)MemberwiseClone();
        (changed.Publication, changed.Increments, changed._later) = (publication, 0, []);
        changed.ETag = TagOf(publication);
        changed.Members = new ClusterMembers(changed);
        return changed;
    }

    /// <summary>Returns the cluster with a number within the clustering.</summary>
    public ClusterResponse ClusterOfNumber(ClusterNumber number) => _clusters[number.Index];

    /// <summary>Returns the number within the clustering of the cluster with an id; null when the clustering has no such cluster.</summary>
    public ClusterNumber? NumberOf(ClusterId id) =>
        Array.FindIndex(_clusters, cluster => cluster.Id == id.Value) is >= 0 and var index ? ClusterNumber.FromIndex(index) : null;

    /// <summary>Returns the number of users that the run of the clustering assigned to a cluster, whoever has left since.</summary>
    public int ClusteredUsers(ClusterNumber number) => _clustered[number.Index].Users;

    /// <summary>Returns the cluster with an id; null when the clustering has no such cluster.</summary>
    public ClusterResponse? FindCluster(ClusterId id) => Array.Find(_clusters, cluster => cluster.Id == id.Value);

    /// <summary>Vectors of the users whom the run of the clustering assigned, by row.</summary>
    public UserVectors Vectors { get; } = new();

    /// <summary>The users whom the run of the clustering assigned, by row.</summary>
    public AssignedUsers Rows => _users;

    /// <summary>The users of the increments, each once.</summary>
    public IEnumerable<IncrementalUser> IncrementalUsers => _later.Where(user => user.Key == user.Value.Placement.UserId).Select(user => user.Value);

    public IncrementalUser? FindIncremental(string userId) => _later.GetValueOrDefault(userId);

    /// <summary>Finds the cluster of the person whom an id belongs to; the answer is about the id that represents the person.</summary>
    public UserClusterResponse? FindUser(string userId) => TryFind(userId, out var found) ? Describe(found) : null;

    /// <summary>Does the same as <see cref="FindUser"/> without an allocation.</summary>
    public bool TryFind(string userId, out FoundUser found)
    {
        if (_later.TryGetValue(userId, out var later))
        {
            found = FoundUser.Of(later.Placement.UserId, later.Placement, later.AssignedAt, later.ETag);
            return true;
        }

        found = default;
        if (People.FindRow(userId, out string person) is not { } row) return false;
        var user = _users[row];
        found = new FoundUser
        {
            UserId = person,
            Cluster = user.Cluster,
            Memberships = _users.MembershipsOf(user),
            Distance = user.Distance,
            Noise = user.Noise,
            Strength = user.Strength,
            ETag = ETag,
        };
        return true;
    }

    /// <summary>Describes a user whom the model placed.</summary>
    public UserClusterResponse Describe(string? userId, Placement placement, DateTime at) => Describe(FoundUser.Of(userId, placement, at, ETag));

    /// <summary>How far the clusters reach.</summary>
    public ClusterReach Reach { get; }

    private UserClusterResponse Describe(in FoundUser user)
    {
        var memberships = new ClusterMembership[user.Memberships.Length];
        for (int i = 0; i < memberships.Length; i++)
        {
            var member = ClusterOfNumber(user.Memberships[i].Number);
            memberships[i] = new ClusterMembership(member.Id, member.Label, user.Memberships[i].Probability);
        }

        var cluster = ClusterOfNumber(user.Cluster);
        return new UserClusterResponse(
            user.UserId, cluster.Id, cluster.Label, user.Confidence, memberships, user.Distance, user.Noise, user.Strength, ClusteringId,
            user.PlacedAt ?? AssignedAt, user.PlacedAt is null ? UserClusterResponse.Batch : UserClusterResponse.Incremental);
    }

    private string TagOf(long increment) => $"{ETag[..^1]}-{increment}\"";

    private static string TagOf(SnapshotLoader.PublicationRow publication) =>
        $"\"{publication.ClusteringId:N}-{publication.Version}-{publication.People}-{publication.Names}\"";

    /// <summary>Returns the clusters with their users of now, by index.</summary>
    private ClusterResponse[] CountClusters()
    {
        int[] users = People.Count(_clustered.Length);
        foreach (var user in IncrementalUsers) users[user.Placement.ClusterNumber.Index]++;
        int all = users.Sum();
        return
        [
            .. _clustered.Select((cluster, index) => cluster with
            {
                Users = users[index],
                Share = all == 0 ? 0 : (double)users[index] / all,
                // A user who has been joined to someone in another cluster is there now.
                Medoids = [.. cluster.Medoids.Select(People.FindRow).OfType<int>().Distinct().Where(row => _users[row].Cluster.Index == index).Select(People.PersonOf)],
            }),
        ];
    }

    private ClusterReach FindReach()
    {
        float[] distances = new float[_clustered.Length];
        Array.Fill(distances, -1);
        bool anyNoise = false;
        for (int row = 0; row < _users.Count; row++)
        {
            var user = _users[row];
            if (user.Noise) anyNoise = true;
            else distances[user.Cluster.Index] = Math.Max(user.Distance, distances[user.Cluster.Index]);
        }

        return new ClusterReach(anyNoise ? distances : null);
    }
}
