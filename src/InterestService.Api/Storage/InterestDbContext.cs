using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using InterestService.Api.Requests;
using InterestService.Api.Storage.Entities;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace InterestService.Api.Storage;

/// <summary>
/// The schema. Every unique key of a large table begins with <c>user_id</c>, so that it can be distributed by user
/// without a change. Ids are compared byte by byte (collation C): cheaper, and the same on every server.
/// </summary>
internal sealed class InterestDbContext(DbContextOptions<InterestDbContext> options) : DbContext(options)
{
    /// <summary>Numbers the batches of arriving events; see <see cref="Event.Arrival"/>.</summary>
    public const string ArrivalSequence = "event_arrival";

    /// <summary>Gives clusters ids that none had before.</summary>
    public const string ClusterIdSequence = "cluster_ids";

    /// <summary>How records are written into <c>jsonb</c> columns: as the API writes them.</summary>
    public static readonly JsonSerializerOptions JsonOptions = new(JsonSerializerOptions.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
        TypeInfoResolver = RegisteredOptions.CreateJsonResolver(),
    };

    public DbSet<Event> Events => Set<Event>();

    public DbSet<Item> Items => Set<Item>();

    public DbSet<Clustering> Clusterings => Set<Clustering>();

    public DbSet<Comparison> Comparisons => Set<Comparison>();

    public DbSet<Cluster> Clusters => Set<Cluster>();

    public DbSet<ClusterItem> ClusterItems => Set<ClusterItem>();

    public DbSet<Assignment> Assignments => Set<Assignment>();

    public DbSet<Model> Models => Set<Model>();

    public DbSet<PopulationShare> PopulationShares => Set<PopulationShare>();

    public DbSet<StoredMergeTree> MergeTrees => Set<StoredMergeTree>();

    public DbSet<UserLabel> UserLabels => Set<UserLabel>();

    public DbSet<UserLink> UserLinks => Set<UserLink>();

    public DbSet<OptOut> OptOuts => Set<OptOut>();

    public DbSet<Erasure> Erasures => Set<Erasure>();

    public DbSet<Publication> Publications => Set<Publication>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.HasSequence<long>(ArrivalSequence);
        modelBuilder.HasSequence<int>(ClusterIdSequence);
        modelBuilder.Entity<Event>(e =>
        {
            e.HasKey(x => new { x.UserId, x.OccurredAt, x.EventKey });
            e.HasIndex(x => new { x.UserId, x.EventId }).IsUnique().HasFilter("event_id IS NOT NULL");
            // What followed from recommendations is a small part of all events.
            e.HasIndex(x => x.OccurredAt).HasFilter("recommendation_id IS NOT NULL");
            e.HasIndex(x => x.Arrival).HasMethod("brin").HasStorageParameter("autosummarize", true); // rows lie about in its order
            Bytewise(e, x => x.UserId, x => x.ItemId, x => x.EventType, x => x.EventId);
        });
        modelBuilder.Entity<Item>(e =>
        {
            e.HasKey(x => x.ItemId);
            Bytewise(e, x => x.ItemId);
        });
        modelBuilder.Entity<Clustering>(e =>
        {
            Job(e);
            Json(e.Property(x => x.Request));
            Json(e.Property(x => x.Cleaning));
            Json(e.Property(x => x.Sources));
            Json(e.Property(x => x.Metrics));
            Json(e.Property(x => x.Selection));
            Json(e.Property(x => x.Gates));
            Json(e.Property(x => x.Lineage));
            e.HasMany(x => x.ClusterProfiles).WithOne().HasForeignKey(x => x.ClusteringId);
        });
        modelBuilder.Entity<Comparison>(e =>
        {
            Job(e);
            Json(e.Property(x => x.Request));
            Json(e.Property(x => x.Rows));
            Json(e.Property(x => x.Winner));
        });
        modelBuilder.Entity<Cluster>(e =>
        {
            e.HasKey(x => new { x.ClusteringId, x.Number });
            Json(e.Property(x => x.Profile));
        });
        modelBuilder.Entity<ClusterItem>(e =>
        {
            e.HasKey(x => new { x.ClusteringId, x.ClusterNumber, x.ItemId });
            e.HasOne<Clustering>().WithMany().HasForeignKey(x => x.ClusteringId);
            Bytewise(e, x => x.ItemId);
        });
        modelBuilder.Entity<Assignment>(e =>
        {
            e.HasKey(x => new { x.UserId, x.ClusteringId });
            e.HasIndex(x => new { x.ClusteringId, x.Increment });
            e.Property(x => x.Increment).HasDefaultValue(0L);
            Bytewise(e, x => x.UserId);
        });
        modelBuilder.Entity<Model>(e =>
        {
            e.HasKey(x => x.ClusteringId);
            e.HasOne<Clustering>().WithOne().HasForeignKey<Model>(x => x.ClusteringId);
        });
        modelBuilder.Entity<PopulationShare>(e =>
        {
            e.HasKey(x => new { x.ClusteringId, x.Dimension, x.Name });
            e.HasOne<Clustering>().WithMany().HasForeignKey(x => x.ClusteringId);
            Bytewise(e, x => x.Dimension, x => x.Name);
        });
        modelBuilder.Entity<StoredMergeTree>(e =>
        {
            e.ToTable("merge_trees");
            e.HasKey(x => x.ClusteringId);
            e.HasOne<Clustering>().WithOne().HasForeignKey<StoredMergeTree>(x => x.ClusteringId);
            Json(e.Property(x => x.Merges));
        });
        modelBuilder.Entity<UserLabel>(e =>
        {
            e.HasKey(x => x.UserId);
            Bytewise(e, x => x.UserId);
        });
        modelBuilder.Entity<UserLink>(e =>
        {
            e.HasKey(x => x.Alias);
            e.HasIndex(x => x.UserId);
            Bytewise(e, x => x.Alias, x => x.UserId);
        });
        modelBuilder.Entity<OptOut>(e =>
        {
            e.HasKey(x => x.UserId);
            Bytewise(e, x => x.UserId);
        });
        modelBuilder.Entity<Erasure>(e => Bytewise(e, x => x.UserId));
        modelBuilder.Entity<Publication>(e =>
        {
            e.Property(x => x.Id).ValueGeneratedNever();
            e.Property(x => x.Increments).HasDefaultValue(0L);
            e.HasOne<Clustering>().WithMany().HasForeignKey(x => x.ClusteringId).OnDelete(DeleteBehavior.Restrict);
            e.ToTable("publication", t => t.HasCheckConstraint("only_one_row", $"id = {Publication.OnlyRow}"));
        });
    }

    private static void Job<T>(EntityTypeBuilder<T> entity)
        where T : LongJob
    {
        entity.HasIndex(x => x.IdempotencyKey).IsUnique();
        entity.Property(x => x.State).HasConversion(s => JsonNamingPolicy.CamelCase.ConvertName(s.ToString()), s => Enum.Parse<JobState>(s, true));
        Json(entity.Property(x => x.Failure));
    }

    private static void Bytewise<T>(EntityTypeBuilder<T> entity, params System.Linq.Expressions.Expression<Func<T, string?>>[] properties)
        where T : class
    {
        foreach (var property in properties) entity.Property(property).UseCollation("C");
    }

    private static void Json<T>(PropertyBuilder<T> property)
    {
        property.HasColumnType("jsonb").HasConversion(
            value => JsonSerializer.Serialize(value, JsonOptions),
            json => JsonSerializer.Deserialize<T>(json, JsonOptions)!,
            // The records behind are never changed in place, only replaced.
            new ValueComparer<T>((a, b) => ReferenceEquals(a, b), value => RuntimeHelpers.GetHashCode(value)));
    }
}
